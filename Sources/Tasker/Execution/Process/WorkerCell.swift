import FoundationEssentials

/// What a worker's task reads and writes; changes go to the application.
final class WorkerCell: TaskCell, @unchecked Sendable {
    // `@unchecked` as the base class; the one property here is a constant.
    private unowned let connection: WorkerConnection

    init(id: TaskID, connection: WorkerConnection) {
        self.connection = connection
        super.init(id: id)
    }

    /// The frames that tell progress and message as they are now.
    func sample() -> [[UInt8]] {
        beginSampling()
        var frames: [WorkerFrame] = []
        if let progress {
            let payload = withUnsafeBytes(of: progress.bitPattern.littleEndian) { Data($0) }
            frames.append(WorkerFrame(kind: .progress, task: id.rawValue, payload: payload))
        }
        if let message {
            frames.append(WorkerFrame(kind: .message, task: id.rawValue, payload: Data(message.utf8)))
        }
        // A message over the limit of a frame is not worth ending the task for.
        return frames.compactMap { try? $0.encoded() }
    }

    override func changed() {
        connection.reportLater(self)
    }

    override func flush() {
        connection.report(self)
    }

    override func makeEvent(_ name: String, _ value: some Encodable & Sendable) throws -> TaskMessage {
        do {
            return TaskMessage(name: name, payload: .encoded(try WireCoding.encode(value)))
        } catch {
            throw TaskerError(
                .encodingFailed, "The event \"\(name)\" could not be encoded: \(error)", underlyingError: error
            )
        }
    }

    override func send(_ message: TaskMessage) throws -> EventGate.Admission {
        guard case .encoded(let data) = message.payload else { return .admitted }
        let payload = try NamedPayload(name: message.name, data: data).encoded()
        try connection.send(WorkerFrame(kind: .event, task: id.rawValue, payload: payload), after: self)
        return .admitted
    }
}
