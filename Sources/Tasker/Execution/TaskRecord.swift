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
        life = Lock(TaskLife(start: start))
        super.init(id: info.id)
        if let whenEvent { life.withLock { $0.callbacks.value.whenEvent = whenEvent } }
        if info.repeats { life.withLock { $0.course.repetition = Repetition(info: info) } }
    }

    private var publisher: Publisher {
        scheduler.publisher
    }

    /// Sets the completion; before the task is submitted, because the completion's handle needs the record.
    func setCompletion(_ whenDone: @escaping @MainActor @Sendable () -> Void) {
        life.withLock { $0.callbacks.value.whenDone = whenDone }
    }

    /// Sets what is called after each iteration; before the task is submitted.
    func setIterationHandler(_ whenIteration: @escaping TaskLife.IterationHandler) {
        life.withLock { $0.callbacks.value.whenIteration = whenIteration }
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
        let attempt = life.withLock { $0.course.attempt + 1 }
        beginAttempt(attempt)
        eventGate?.begin(attempt: attempt)
        if attempt > 1 { restartProgress() }
        pauseRequested.store(false, ordering: .releasing)
        return life.withLock { life in
            life.course.begin(at: now)
            setState(.running)
            guard life.course.repetition == nil else { return life.start }
            defer { life.start = nil }
            return life.start
        }
    }

    /// Says whether another body follows on the one that has ended with `outcome`; asks the application, so under no lock.
    func decide(after outcome: TaskOutcome, at now: Uptime, random: Double) -> Repetition.Decision {
        // Nobody else changes it: there is one body at a time.
        guard var repetition = life.withLock({ $0.course.repetition }) else { return Repetition.Decision() }
        let decision = repetition.end(outcome, at: now, random: random)
        life.withLock { $0.course.repetition = repetition }
        return decision
    }

    /// Notes that another body will begin.
    func wait(until next: Uptime, now: Uptime) {
        life.withLock { life in
            life.course.nextStart = TaskTimestamp(next, now: now)
            life.course.timings.pause(at: now)
        }
    }

    /// Whether the manager did not take the task in.
    var isRefused: Bool {
        life.withLock { $0.course.isRefused }
    }

    func refuse() {
        life.withLock { $0.course.isRefused = true }
    }

    /// Notes why the task is to end.
    func noteCancel(_ reason: CancelReason) {
        life.withLock { life in
            if life.course.cancelReason == nil { life.course.cancelReason = reason }
        }
    }

    func setPriority(_ priority: SchedulingPriority) {
        life.withLock { $0.course.priority = priority }
    }

    /// Enters the terminal state; once, under the scheduler's lock, so that no task that follows is published before.
    ///
    /// - Returns: What is left to do after that lock is released; it runs and releases other people's code.
    func end(_ outcome: TaskOutcome, cancelReason: CancelReason?, at now: Uptime) -> Aftermath {
        let lastReport = super.report
        return life.withLock { life in
            life.course.end(outcome, cancelReason: cancelReason, at: now, report: lastReport)
            setState(outcome.state)
            // For those that a body left at a checkpoint.
            pauseRequested.store(false, ordering: .releasing)
            defer { life.start = nil }
            return Aftermath(record: self, waiters: life.course.waiters.removeAll(), start: life.start)
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
        _ body: @Sendable (borrowing TaskLife.Course, TaskState, Report) -> Value
    ) -> Value {
        let report = super.report
        return life.withLock { life in body(life.course, state, life.course.lastReport ?? report) }
    }

    /// Reads under the record's lock.
    func read<Value: Sendable>(_ body: @Sendable (borrowing TaskLife.Course) -> Value) -> Value {
        life.withLock { body($0.course) }
    }

    /// Takes the completion, so that it is released after its only call, on the main thread; and the other handlers.
    func takeCompletion() -> (@MainActor @Sendable () -> Void)? {
        life.withLock { $0.callbacks.take() }?.whenDone
    }

    /// What is called with each event.
    var whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? {
        life.withLock { $0.callbacks.value.whenEvent }
    }

    /// What is called after each iteration.
    var whenIteration: TaskLife.IterationHandler? {
        life.withLock { $0.callbacks.value.whenIteration }
    }

    // MARK: - Pause

    override var isPauseRequested: Bool {
        pauseRequested.load(ordering: .acquiring)
    }

    /// Says whether the body shall stand still; under the scheduler's lock, so that the last decision stays.
    func setPauseRequested(_ isRequested: Bool, at now: Uptime) {
        pauseRequested.store(isRequested, ordering: .releasing)
        guard !isRequested else { return }
        life.withLock { life in
            life.course.isStandingStill = false
            life.course.timings.resume(at: now)
        }
    }

    func setPaused(_ isPaused: Bool) {
        life.withLock { $0.course.isPaused = isPaused }
    }

    /// Notes that the body stands still; under the scheduler's lock.
    func noteStandstill(at now: Uptime) {
        life.withLock { life in
            life.course.isStandingStill = true
            life.course.timings.pause(at: now)
        }
    }

    /// Calls `hook` each time the body is told to stand still or to go on, now if it was; it looks which of the two it is.
    func onPauseChange(_ hook: @escaping @Sendable () -> Void) {
        life.withLock { $0.course.pauseHook = hook }
        if isPauseRequested { hook() }
    }

    /// Lets those go on, or look again, that wait for the end of a pause.
    func pauseChanged() {
        let (hook, waiters) = life.withLock { life -> ((@Sendable () -> Void)?, [@Sendable () -> Void]) in
            guard life.hasCourse else { return (nil, []) }
            defer { life.course.pauseWaiters = [] }
            return (life.course.pauseHook, life.course.pauseWaiters)
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
            life.course.pauseWaiters.append(goOn)
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
                    guard life.course.outcome == nil else { return false }
                    life.course.waiters.add(ticket, continuation)
                    return true
                }
            },
            remove: { ticket in life.withLock { $0.course.waiters.remove(ticket) } }
        )
    }

    // MARK: - Reports

    /// Does something, unless the task has ended, before it ends.
    func whileLive(_ body: () -> Void) {
        life.withLock { life in
            if life.course.outcome == nil { body() }
        }
    }

    override var progress: Double? {
        let last = life.withLock { $0.course.lastReport }
        return if let last { last.progress } else { super.progress }
    }

    override var message: String? {
        let last = life.withLock { $0.course.lastReport }
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
