import FoundationEssentials
import GLibMainLoop

/// What a worker's task reads and writes; changes go to the application.
final class WorkerCell: TaskCell, @unchecked Sendable {
    // `@unchecked` as the base class; the properties here are a constant and a lock.
    private unowned let connection: WorkerConnection
    private let sent = Lock(Sent())

    /// What the application knows.
    private struct Sent {
        var reckoning: UInt32 = 0
        var measure: ProgressMeasure?
    }

    init(id: TaskID, connection: WorkerConnection) {
        self.connection = connection
        super.init(id: id)
    }

    /// The frames that tell what was reported as it is now.
    func sample() -> [[UInt8]] {
        beginSampling()
        let report = report
        let (isNewTotal, isForgotten) = sent.withLock { sent in
            let isNewTotal = report.measure !== sent.measure
            let isForgotten = report.reckoning != sent.reckoning
            sent = Sent(reckoning: report.reckoning, measure: report.measure)
            return (isNewTotal, isForgotten)
        }
        var frames: [WorkerFrame] = []
        if isNewTotal, let measure = report.measure {
            frames.append(frame(.total, NumberPayload(number: measure.total, text: measure.unit?.rawValue).encoded()))
        }
        // No number says that what comes next is a new reckoning.
        if isForgotten { frames.append(frame(.progress, NumberPayload(number: .nan).encoded())) }
        if let progress = report.progress {
            frames.append(frame(.progress, NumberPayload(number: progress).encoded()))
        }
        if let message = report.message { frames.append(frame(.message, Data(message.utf8))) }
        // A message over the limit of a frame is not worth ending the task for.
        return frames.compactMap { try? $0.encoded() }
    }

    private func frame(_ kind: WorkerFrame.Kind, _ payload: Data) -> WorkerFrame {
        WorkerFrame(kind: kind, task: id.rawValue, payload: payload)
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
                .encodingFailed,
                "The event \"\(name)\" could not be encoded: \(error)",
                underlyingError: error
            )
        }
    }

    override func send(_ message: TaskMessage) throws -> EventGate.Admission {
        guard case .encoded(let data) = message.payload else { return .admitted }
        let payload = try NamedPayload(name: message.name, data: data).encoded()
        try connection.send(WorkerFrame(kind: .event, task: id.rawValue, payload: payload), after: self)
        return .admitted
    }

    override func callOnMain(_ call: @escaping @MainActor @Sendable () -> Void) throws {
        throw TaskerError(
            .unavailableInWorker,
            "onMain was called in a worker process, which has no window and no main loop of the application; send an event and act on it in whenEvent."
        )
    }
}
