import GLibMainLoop
import Synchronization

/// The engine's cell of one task: what never changes, what the body writes, and how it ended.
final class TaskRecord: TaskCell, @unchecked Sendable {
    // `@unchecked` as the base class; every stored property is an atomic, a lock or a constant.

    /// Starts the body and returns at once: nil, or why it could not be started.
    typealias Start = @Sendable (TaskRecord) -> (any Error)?

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
        var isRefused = false
        /// What the body had reported when the task ended; what it, or a thread it left behind, reports later is ignored.
        var lastReport: Report?
        var start: TaskRecord.Start?
        var whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)?
        var whenDone: (@MainActor @Sendable () -> Void)?
        var waiters = WaiterList()
    }

    init(
        info: TaskInfo,
        publisher: Publisher,
        start: @escaping TaskRecord.Start,
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

    /// Marks the body as running and returns it; nil if the task has ended (abandoned) since it was decided to start it.
    func begin() -> TaskRecord.Start? {
        life.withLock { life in
            guard life.outcome == nil else { return nil }
            life.started = .now()
            // Inside the lock, as in `end`: otherwise a thread that was held up here would undo an end.
            setState(.running)
            defer { life.start = nil }
            return life.start
        }
    }

    /// Whether the manager did not take the task in.
    var isRefused: Bool {
        life.withLock(\.isRefused)
    }

    func refuse() {
        life.withLock { $0.isRefused = true }
    }

    /// Notes why the task is to end.
    func noteCancel(_ reason: CancelReason) {
        life.withLock { life in
            if life.cancelReason == nil { life.cancelReason = reason }
        }
    }

    /// Enters the terminal state and publishes it; once, under the scheduler's lock, so that no task that follows is
    /// published before.
    ///
    /// - Returns: What is left to do after that lock is released; it runs and releases other people's code.
    func end(_ outcome: TaskOutcome, cancelReason: CancelReason? = nil) -> Aftermath {
        let lastReport = super.report
        let aftermath = life.withLock { life in
            life.ended = .now()
            life.outcome = outcome
            life.lastReport = lastReport
            if let cancelReason, life.cancelReason == nil { life.cancelReason = cancelReason }
            switch outcome {
            case .success:
                life.lastReport?.progress = 1
                setState(.completed)
            case .failure: setState(.failed)
            case .cancelled: setState(.cancelled)
            }
            defer { life.start = nil }
            return (waiters: life.waiters.removeAll(), start: life.start)
        }
        return Aftermath(
            drain: publisher.post(.ended(self)),
            record: self,
            waiters: aftermath.waiters,
            start: aftermath.start
        )
    }

    /// What remains to be done when a task has ended.
    struct Aftermath {
        /// The drain that publishes the end; the caller schedules it.
        let drain: Publisher.PendingDrain?
        fileprivate let record: TaskRecord
        fileprivate let waiters: [WaiterList.Resumption]
        /// The body that never ran, if so; released with this value.
        fileprivate let start: TaskRecord.Start?

        func run() {
            record.dropCancelHooks()
            record.eventGate?.close()
            for waiter in waiters { waiter.resume() }
        }
    }

    /// What the body has reported, and everything else that changes, as of one moment.
    func readWithReport<Value: Sendable>(
        _ body: @Sendable (borrowing Life, TaskState, Report) -> Value
    ) -> Value {
        let report = super.report
        return life.withLock { life in body(life, state, life.lastReport ?? report) }
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
        if case .admitted = admission { publisher.publish(.event(self, message)) }
        return admission
    }

    override func sendWithoutRoom(_ message: TaskMessage) {
        eventGate?.enterWithoutRoom()
        publisher.publish(.event(self, message))
    }

    override func callOnMain(_ call: @escaping @MainActor @Sendable () -> Void) throws {
        // What a thread that was left behind still wants is ignored.
        if state.isTerminal { throw CancellationError() }
        guard MainContext.default.isOwner else { return publisher.publish(.call(call)) }
        // First, for its sentence where the default context is not run by the process's main thread.
        MainQueueBridge.install()
        MainActor.assumeIsolated { call() }
    }
}
