import DequeModule
import FoundationEssentials
import GLibMainLoop
import Logging

/// What a worker's task reads and writes; changes go to the application.
final class WorkerCell: TaskCell, @unchecked Sendable {
    // `@unchecked` as the base class; the properties here are constants and locks.
    private unowned let connection: WorkerConnection
    /// The number of the attempt.
    let run: UInt64
    private let sent = Lock(Sent())
    private let waiting = Lock(Waiting())

    private struct Waiting {
        /// Those of the events that are waited for, in the order in which they were sent.
        var receipts: Deque<MainCall<Void>> = []
        var isOver = false
    }

    /// What the application knows.
    private struct Sent {
        var reckoning: UInt32 = 0
        var measure: ProgressMeasure?
    }

    /// From which level on the application logs what the task does.
    let logLevel: Logger.Level
    /// Whether it logs anything.
    let isLogged: Bool

    /// Whether the connection is one socket.
    let isDirect: Bool

    init(id: TaskID, run: UInt64, logLevel: Logger.Level?, isDirect: Bool, connection: WorkerConnection) {
        self.isDirect = isDirect
        self.connection = connection
        self.run = run
        self.logLevel = logLevel ?? .critical
        isLogged = logLevel != nil
        super.init(id: id)
    }

    /// For the shared buffers of a value that is to be encoded; nil: they are encoded as their bytes.
    var newBuffers: PassedBuffers? {
        isDirect ? PassedBuffers() : nil
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
        WorkerFrame(kind: kind, run: run, payload: payload)
    }

    override func changed() {
        connection.reportLater(self)
    }

    override func flush() {
        connection.report(self)
    }

    override func makeEvent(_ name: String, _ value: some Encodable & Sendable) throws -> TaskMessage {
        do {
            let buffers = newBuffers
            return TaskMessage(name: name, payload: .encoded(try WireCoding.encode(value, passing: buffers), buffers))
        } catch {
            throw TaskerError(
                .encodingFailed,
                "The event \"\(name)\" could not be encoded: \(error)",
                underlyingError: error
            )
        }
    }

    override func send(_ message: TaskMessage) throws -> EventGate.Admission {
        guard case .encoded(let data, let buffers) = message.payload else { return .admitted }
        let payload = try NamedPayload(name: message.name, data: data).encoded()
        let kind: WorkerFrame.Kind = message.receipt == nil ? .event : .awaitedEvent
        connection.send(try WorkerProcess.frame(kind, run: run, payload, buffers), after: self) {
            if let receipt = message.receipt { add(receipt) }
        }
        return .admitted
    }

    private func add(_ receipt: MainCall<Void>) {
        let isOver = waiting.withLock { waiting in
            if !waiting.isOver { waiting.receipts.append(receipt) }
            return waiting.isOver
        }
        if isOver { receipt.cancel() }
    }

    /// The application has handled the first event that is waited for.
    func handled() {
        waiting.withLock { $0.receipts.popFirst() }?.settle(.success(()))
    }

    /// The task has ended: who still waits, a thread that it has left behind, waits no more.
    func end() {
        let receipts = waiting.withLock { waiting in
            waiting.isOver = true
            defer { waiting.receipts = [] }
            return waiting.receipts
        }
        for receipt in receipts { receipt.cancel() }
    }

    override var logger: Logger {
        Logger(label: "tasker") { [connection] in WorkerLogHandler(connection, cell: self, label: $0) }
    }

    override func callOnMain(_ call: @escaping @MainActor @Sendable () -> Void) throws {
        throw TaskerError(
            .unavailableInWorker,
            "onMain was called in a worker process, which has no window and no main loop of the application; send an event and act on it in whenEvent."
        )
    }
}
