import GLibMainLoop
import Synchronization

/// The engine's cell of one task: what never changes, what the body writes, and how it ended.
final class TaskRecord: TaskCell, @unchecked Sendable {
    // `@unchecked` as the base class; every stored property is an atomic, a lock or a constant.

    let info: TaskInfo
    let publisher: Publisher
    /// Back-pressure for `whenEvent`; nil where nobody listens.
    let eventGate: EventGate?
    private let stateBits = Atomic<UInt8>(0)
    private let life: Lock<Life>

    struct Life {
        var started: TaskTimestamp?
        var ended: TaskTimestamp?
        var cancelReason: CancelReason?
        var outcome: TaskOutcome?
        /// What the body had reported when the task ended; what it, or a thread it left behind, reports later is ignored.
        var lastReport: (progress: Double?, message: String?)?
        var start: (@Sendable (TaskRecord) -> Void)?
        var whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)?
        var whenDone: (@MainActor @Sendable () -> Void)?
        var waiters = WaiterList()
    }

    init(
        info: TaskInfo,
        publisher: Publisher,
        start: @escaping @Sendable (TaskRecord) -> Void,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)?
    ) {
        self.info = info
        self.publisher = publisher
        eventGate = whenEvent == nil ? nil : EventGate()
        life = Lock(Life(start: start, whenEvent: whenEvent))
        super.init(id: info.id)
    }

    /// Sets the completion; before the task is submitted, because the completion's handle needs the record.
    func setCompletion(_ whenDone: @escaping @MainActor @Sendable () -> Void) {
        life.withLock { $0.whenDone = whenDone }
    }

    // MARK: - Life

    var state: TaskState {
        Self.states[Int(stateBits.load(ordering: .acquiring))]
    }

    private static let states: [TaskState] = [.pending, .running, .completed, .failed, .cancelled]

    private func setState(_ state: TaskState) {
        let index = Self.states.firstIndex(of: state) ?? 0
        stateBits.store(UInt8(index), ordering: .releasing)
    }

    /// Marks the body as running and returns it, once; nil after the task's end.
    func begin() -> (@Sendable (TaskRecord) -> Void)? {
        life.withLock { life in
            // An abandonable task may have been cancelled, and so have ended, since the decision to start it.
            guard life.outcome == nil else { return nil }
            life.started = .now()
            setState(.running)
            defer { life.start = nil }
            return life.start
        }
    }

    /// Notes why the task is to end.
    func noteCancel(_ reason: CancelReason) {
        life.withLock { life in
            if life.cancelReason == nil { life.cancelReason = reason }
        }
    }

    /// Enters the terminal state and publishes it. The scheduler calls it once.
    func finish(_ outcome: TaskOutcome, cancelReason: CancelReason? = nil) {
        let lastReport = (progress: super.progress, message: super.message)
        let (waiters, start) = life.withLock { life in
            life.ended = .now()
            life.outcome = outcome
            life.lastReport = lastReport
            switch outcome {
            case .success:
                life.lastReport?.progress = 1
                setState(.completed)
            case .failure: setState(.failed)
            case .cancelled: setState(.cancelled)
            }
            if let cancelReason, life.cancelReason == nil { life.cancelReason = cancelReason }
            defer { life.start = nil }
            return (life.waiters.removeAll(), life.start)
        }
        // A body that never ran is released here, outside the lock: it may own anything.
        _ = start
        dropCancelHooks()
        eventGate?.close()
        publisher.post(.ended(self))
        for waiter in waiters { waiter.resume() }
    }

    /// Reads under the record's lock.
    func read<Value: Sendable>(_ body: @Sendable (borrowing Life) -> Value) -> Value {
        life.withLock { body($0) }
    }

    /// Takes the completion, so that it is released after its only call, on the main thread; and the event handler.
    func takeCompletion() -> (@MainActor @Sendable () -> Void)? {
        let (whenDone, whenEvent) = life.withLock { life in
            defer { (life.whenDone, life.whenEvent) = (nil, nil) }
            return (life.whenDone, life.whenEvent)
        }
        _ = whenEvent
        return whenDone
    }

    // MARK: - Waiting

    /// Returns when the task has ended.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled; this one goes on.
    func waitUntilEnded() async throws {
        try await WaiterList.wait(
            add: { ticket, continuation in
                life.withLock { life in
                    guard life.outcome == nil else { return false }
                    life.waiters.add(ticket, continuation)
                    return true
                }
            },
            remove: { ticket in life.withLock { $0.waiters.remove(ticket) } }
        )
    }

    // MARK: - Reports

    override var progress: Double? {
        let last = life.withLock { $0.lastReport }
        return if let last { last.progress } else { super.progress }
    }

    override var message: String? {
        let last = life.withLock { $0.lastReport }
        return if let last { last.message } else { super.message }
    }

    override func changed() {
        publisher.progressed(self)
    }

    override func flush() {
        publisher.flush()
    }

    override func send(_ message: TaskMessage) -> EventGate.Admission {
        guard let eventGate else { return .admitted }
        let admission = eventGate.enter()
        if case .admitted = admission { publisher.post(.event(self, message)) }
        return admission
    }

    override func sendWithoutRoom(_ message: TaskMessage) {
        eventGate?.enterWithoutRoom()
        publisher.post(.event(self, message))
    }
}
