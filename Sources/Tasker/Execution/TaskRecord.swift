import GLibMainLoop
import Synchronization

/// The engine's cell of one task: what never changes, what the body writes, and how it ended.
final class TaskRecord: TaskCell, @unchecked Sendable {
    // `@unchecked` as the base class; every stored property is an atomic, a lock or a constant.

    /// Starts the body and returns at once: nil, or why it could not be started.
    typealias Start = @Sendable (TaskRecord) -> (any Error)?

    let info: TaskInfo
    /// Kept, because a thread that a body has left behind may still ask; it keeps the record until the task ends.
    let scheduler: Scheduler
    /// Back-pressure for `whenEvent`; nil where nobody listens.
    let eventGate: EventGate?
    private let stateBits = Atomic<UInt8>(0)
    private let pauseRequested = Atomic<Bool>(false)
    private let life: Lock<TaskLife>

    init(
        info: TaskInfo,
        scheduler: Scheduler,
        start: @escaping TaskRecord.Start,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) {
        self.info = info
        self.scheduler = scheduler
        eventGate = whenEvent == nil ? nil : EventGate()
        life = Lock(
            TaskLife(start: start, repetition: info.repeats ? Repetition(info: info) : nil, whenEvent: whenEvent)
        )
        super.init(id: info.id)
    }

    private var publisher: Publisher {
        scheduler.publisher
    }

    /// Sets the completion; before the task is submitted, because the completion's handle needs the record.
    func setCompletion(_ whenDone: @escaping @MainActor @Sendable () -> Void) {
        life.withLock { $0.whenDone = whenDone }
    }

    /// Sets what is called after each iteration; before the task is submitted.
    func setIterationHandler(_ whenIteration: @escaping TaskLife.IterationHandler) {
        life.withLock { $0.whenIteration = whenIteration }
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

    /// Notes that a body begins, the first or another one, and returns what starts it.
    ///
    /// Under the scheduler's lock, so that the order in which this is published is the one in which it was decided.
    func begin(at now: Uptime) -> TaskRecord.Start? {
        let attempt = life.withLock { $0.attempt + 1 }
        beginAttempt(attempt)
        if attempt > 1 { restartProgress() }
        pauseRequested.store(false, ordering: .releasing)
        return life.withLock { life in
            life.begin(at: now)
            setState(.running)
            guard life.repetition == nil else { return life.start }
            defer { life.start = nil }
            return life.start
        }
    }

    /// Says whether another body follows on the one that has ended with `outcome`; asks the application, so under no lock.
    func decide(after outcome: TaskOutcome, at now: Uptime, random: Double) -> Repetition.Decision {
        // Nobody else changes it: there is one body at a time.
        guard var repetition = life.withLock({ $0.repetition }) else { return Repetition.Decision() }
        let decision = repetition.end(outcome, at: now, random: random)
        life.withLock { $0.repetition = repetition }
        return decision
    }

    /// Notes that another body will begin.
    func wait(until next: Uptime, now: Uptime) {
        life.withLock { life in
            life.nextStart = TaskTimestamp(next, now: now)
            life.timings.pause(at: now)
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

    func setPriority(_ priority: SchedulingPriority) {
        life.withLock { $0.priority = priority }
    }

    /// Enters the terminal state; once, under the scheduler's lock, so that no task that follows is published before.
    ///
    /// - Returns: What is left to do after that lock is released; it runs and releases other people's code.
    func end(_ outcome: TaskOutcome, cancelReason: CancelReason?, at now: Uptime) -> Aftermath {
        let lastReport = (progress: super.progress, message: super.message)
        return life.withLock { life in
            life.end(outcome, cancelReason: cancelReason, at: now, report: lastReport)
            setState(outcome.state)
            // For those that a body left at a checkpoint.
            pauseRequested.store(false, ordering: .releasing)
            defer { life.start = nil }
            return Aftermath(record: self, waiters: life.waiters.removeAll(), start: life.start)
        }
    }

    /// What remains to be done when a task has ended.
    struct Aftermath {
        fileprivate let record: TaskRecord
        fileprivate let waiters: [WaiterList.Resumption]
        /// The body that never ran, if so; released with this value.
        fileprivate let start: TaskRecord.Start?

        func run() {
            record.dropCancelHooks()
            record.eventGate?.close()
            record.pauseChanged()
            for waiter in waiters { waiter.resume() }
        }
    }

    /// What the body has reported, and everything else that changes, as of one moment.
    func readWithReport<Value: Sendable>(
        _ body: @Sendable (borrowing TaskLife, TaskState, _ progress: Double?, _ message: String?) -> Value
    ) -> Value {
        let report = (progress: super.progress, message: super.message)
        return life.withLock { life in
            let report = life.lastReport ?? report
            return body(life, state, report.progress, report.message)
        }
    }

    /// Reads under the record's lock.
    func read<Value: Sendable>(_ body: @Sendable (borrowing TaskLife) -> Value) -> Value {
        life.withLock { body($0) }
    }

    /// Takes the completion, so that it is released after its only call, on the main thread; and the other handlers.
    func takeCompletion() -> (@MainActor @Sendable () -> Void)? {
        let taken = life.withLock { life in
            defer { (life.whenDone, life.whenEvent, life.whenIteration) = (nil, nil, nil) }
            return (life.whenDone, life.whenEvent, life.whenIteration)
        }
        return taken.0
    }

    // MARK: - Pause

    override var isPauseRequested: Bool {
        pauseRequested.load(ordering: .acquiring)
    }

    /// Says whether the body shall stand still; under the scheduler's lock, so that the last decision stays.
    ///
    /// - Returns: Whether it stood still and goes on.
    func setPauseRequested(_ isRequested: Bool, at now: Uptime) -> Bool {
        pauseRequested.store(isRequested, ordering: .releasing)
        guard !isRequested else { return false }
        return life.withLock { life in
            defer { life.isStandingStill = false }
            life.timings.resume(at: now)
            return life.isStandingStill
        }
    }

    func setPaused(_ isPaused: Bool) {
        life.withLock { $0.isPaused = isPaused }
    }

    /// Notes that the body stands still; under the scheduler's lock.
    func noteStandstill(at now: Uptime) {
        life.withLock { life in
            life.isStandingStill = true
            life.timings.pause(at: now)
        }
    }

    /// Calls `hook` each time the body is told to stand still or to go on, now if it was; it looks which of the two it is.
    func onPauseChange(_ hook: @escaping @Sendable () -> Void) {
        life.withLock { $0.pauseHook = hook }
        if isPauseRequested { hook() }
    }

    /// Lets those go on, or look again, that wait for the end of a pause.
    func pauseChanged() {
        let (hook, waiters) = life.withLock { life in
            defer { life.pauseWaiters = [] }
            return (life.pauseHook, life.pauseWaiters)
        }
        hook?()
        for goOn in waiters { goOn() }
    }

    override func reachCheckpoint() -> Bool {
        scheduler.reachedCheckpoint(self)
    }

    override func standStill(_ goOn: @escaping @Sendable () -> Void) {
        let runsNow = life.withLock { life in
            guard isPauseRequested, !isCancelled else { return true }
            life.pauseWaiters.append(goOn)
            return false
        }
        if runsNow { goOn() }
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

    /// Does something, unless the task has ended, before it ends.
    func whileLive(_ body: () -> Void) {
        life.withLock { life in
            if life.outcome == nil { body() }
        }
    }

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
}
