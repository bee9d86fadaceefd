import GLibMainLoop
import Logging
import Synchronization

/// The engine's cell of one task: what never changes, what the body writes, and how it ended.
final class TaskRecord: TaskCell, @unchecked Sendable {
    // `@unchecked` as the base class; every stored property is an atomic, a lock or a constant.

    /// How a body begins.
    enum Start: Sendable {
        /// On a thread of the manager's.
        ///
        /// - Parameter isPlain: Whether nothing ends with its result, which may be anything of the application's otherwise.
        case thread(Body, isPlain: Bool)
        /// By a call that returns at once: nil, or why it could not be started.
        case call(@Sendable (TaskRecord) -> (any Error)?)
    }

    /// A function that blocks, and tells how it has ended.
    typealias Body = @Sendable (TaskRecord) -> TaskOutcome

    // What every change needs stands first, side by side: among a million tasks each line of the cache is a miss.
    /// Kept, because a thread that a body has left behind may still ask; it keeps the record until the task ends.
    let scheduler: Scheduler
    private let stateBits = Atomic<UInt8>(0)
    let pauseRequested = Atomic<Bool>(false)
    private let refused = Atomic<Bool>(false)
    private let startTold = Atomic<Bool>(false)
    private let isPlain: Bool
    // Not private, like what else the pauses change, because they are in a file of their own; nobody else touches it.
    let life: Lock<TaskLife>
    let info: TaskInfo
    let scope: ScopeCore?
    /// Back-pressure for `whenEvent`; nil where nobody listens.
    let eventGate: EventGate?

    init(
        info: TaskInfo,
        scheduler: Scheduler,
        scope: ScopeCore? = nil,
        start: TaskRecord.Start,
        retry: RetryPolicy? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) {
        self.info = info
        self.scheduler = scheduler
        self.scope = scope
        eventGate = whenEvent == nil ? nil : EventGate()
        if case .thread(_, let isPlain) = start { self.isPlain = isPlain } else { isPlain = false }
        life = Lock(TaskLife(start: start, priority: info.priority))
        super.init(id: info.id)
        if let whenEvent { life.withLock { $0.callbacks.value.whenEvent = whenEvent } }
        if info.repeats { life.withLock { $0.course.repetition = Repetition(info: info, retry: retry) } }
        if let first = info.firstStart { life.withLock { $0.course.nextStart = first } }
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

    /// Sets what begins the task again; before it is submitted.
    func setRetrial(_ retrial: Retrial) {
        life.withLock { $0.callbacks.value.retrial = retrial }
    }

    /// Takes over the mark of the task in whose place this one is begun; before it is submitted.
    func setMark(_ mark: TaskMark) {
        life.withLock { $0.course.mark = mark }
    }

    /// What tells how the task ends, or has ended, without keeping it.
    func makeMark() -> TaskMark {
        life.withLock { life in
            if let ended = life.ended { return ended.mark ?? TaskMark(ended: ended.snapshot.state) }
            if let mark = life.course.mark { return mark }
            let mark = TaskMark(self)
            life.course.mark = mark
            return mark
        }
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

    /// Notes that a body begins, the first or another one.
    ///
    /// Under the scheduler's lock, so that the order in which this is published is the one in which it was decided.
    ///
    /// - Returns: Whether there is one, and what the one before has left behind, to be released after that lock.
    func begin(at now: Uptime) -> (begins: Bool, leftover: Leftover?) {
        let attempt = attempt + 1
        let leftover = beginAttempt(attempt)
        eventGate?.begin(attempt: attempt)
        if attempt > 1 { restartProgress() }
        pauseRequested.store(false, ordering: .releasing)
        let begins = life.withLock { life in
            life.course.begin(at: now)
            setState(.running)
            return life.start != nil
        }
        return (begins, leftover)
    }

    /// Takes what begins the body, so that whoever runs it alone owns what it owns; nil: the task has been abandoned.
    private func takeStart() -> Start? {
        life.withLock { life in
            guard !info.repeats else { return life.start }
            defer { life.start = nil }
            return life.start
        }
    }

    /// Begins the body of a task that is for no thread.
    ///
    /// - Returns: Why it could not be started; nil if it was.
    func callStart() -> (any Error)? {
        guard case .call(let call)? = takeStart() else { return CancellationError() }
        return call(self)
    }

    /// Runs the body of a task that is for a thread; what that owns ends with this call, unless another one may follow.
    func runBody() -> TaskOutcome {
        guard case .thread(let body, _)? = takeStart() else { return .cancelled }
        return body(self)
    }

    /// Whether nothing of the application's ends with this object once the task has completed.
    var endsPlainly: Bool {
        isPlain && scope == nil && !hasCancellable
    }

    /// Says whether another body follows on the one that has ended with `outcome`; asks the application, so under no lock.
    ///
    /// - Parameter pause: How long another attempt has to wait at least.
    func decide(
        after outcome: TaskOutcome,
        at now: Uptime,
        random: Double,
        pause: Duration
    ) -> Repetition.Decision {
        // Nobody else changes it: there is one body at a time.
        guard var repetition = life.withLock({ $0.course.repetition }) else { return Repetition.Decision() }
        let decision = repetition.end(outcome, at: now, random: random, pause: pause)
        life.withLock { life in
            // Abandoned meanwhile, it has ended, and keeps nothing.
            guard life.ended == nil else { return }
            life.course.repetition = repetition
        }
        return decision
    }

    /// Notes that a body has ended and another one will begin; under the scheduler's lock.
    ///
    /// - Returns: The number of the body that has ended, for ``releaseBody(_:)``.
    func wait(until next: Uptime, now: Uptime) -> Int {
        pauseRequested.store(false, ordering: .releasing)
        return life.withLock { life in
            life.course.wait(until: TaskTimestamp(next, now: now), at: now)
            return life.course.attempt
        }
    }

    /// Releases what belongs to a body that has ended, such as its child's descriptors, while the task waits for the next one.
    func releaseBody(_ attempt: Int) {
        let hook = life.withLock { life in
            // The next one may have begun, and have a hook of its own.
            guard life.course.attempt == attempt else { return nil as (@Sendable () -> Void)? }
            defer { life.course.pauseHook = nil }
            return life.course.pauseHook
        }
        withExtendedLifetime(hook) { dropCancelHooks(upTo: attempt) }
        // For threads that it has left at a checkpoint.
        pauseChanged()
    }

    /// Whether the manager did not take the task in.
    var isRefused: Bool {
        refused.load(ordering: .acquiring)
    }

    func refuse() {
        refused.store(true, ordering: .releasing)
    }

    /// Whether observers have been told that the task has started, so that they may be told of its progress.
    var isStartTold: Bool {
        startTold.load(ordering: .acquiring)
    }

    func noteStartTold() {
        startTold.store(true, ordering: .releasing)
    }

    /// Notes why the task is to end.
    func noteCancel(_ reason: CancelReason) {
        changeCourse { course in
            if course.cancelReason == nil { course.cancelReason = reason }
        }
    }

    func setPriority(_ priority: SchedulingPriority) {
        life.withLock { $0.priority = priority }
    }

    /// Enters the terminal state; once, under the scheduler's lock, so that no task that follows is published before.
    ///
    /// - Parameter isKept: Whether it is kept, so that it can be begun again if it may be.
    /// - Returns: The task as it is kept, and what is left to do after that lock is released; it runs and releases other people's
    ///   code.
    func end(
        _ outcome: TaskOutcome,
        cancelReason: CancelReason?,
        isKept: Bool,
        at now: Uptime
    ) -> (kept: KeptTask, aftermath: Aftermath?) {
        let report = super.report
        let (kept, remains) = life.withLock { life in
            let end = life.end(
                outcome,
                info,
                cancelReason: cancelReason,
                report: report,
                isKept: isKept,
                at: now
            )
            setState(outcome.state)
            return end
        }
        // For those that a body left at a checkpoint.
        pauseRequested.store(false, ordering: .releasing)
        let isNothingLeft = remains.isEmpty && eventGate == nil && !hasCancelHooks
        return (kept, isNothingLeft ? nil : Aftermath(record: self, remains: remains))
    }

    func changeCourse(_ body: (inout TaskLife.Course) -> Void) {
        life.withLock { life in
            if life.ended == nil { body(&life.course) }
        }
    }

    // MARK: - Reading

    /// The task as it is now, or as it was when it ended.
    func snapshot(at now: Uptime) -> TaskSnapshot {
        let report = super.report
        return life.withLock { life in
            if let ended = life.ended { return ended.snapshot }
            // Nothing but waiting: a snapshot without details, as a million of them are kept.
            let facts = life.begun != nil || !report.isEmpty ? TaskSnapshot.Facts(life.begun, report, at: now) : nil
            return TaskSnapshot(info, state, report.progress, life.priority, facts)
        }
    }

    /// How the task has ended; nil while it has not.
    var outcome: TaskOutcome? {
        life.withLock { $0.ended?.outcome }
    }

    /// How many bodies have begun.
    var attempt: Int {
        life.withLock { $0.ended?.snapshot.attempt ?? $0.begun?.value.attempt ?? 0 }
    }

    var cancelReason: CancelReason? {
        life.withLock { $0.ended?.snapshot.cancelReason ?? $0.begun?.value.cancelReason }
    }

    /// Takes the completion, so that it is released after its only call, on the main thread; and the other handlers.
    func takeCompletion() -> (@MainActor @Sendable () -> Void)? {
        life.withLock { $0.callbacks.take() }?.whenDone
    }

    /// What is called with each event.
    var whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? {
        life.withLock { $0.callbacks.box?.value.whenEvent }
    }

    /// What is called after each iteration.
    var whenIteration: TaskLife.IterationHandler? {
        life.withLock { $0.callbacks.box?.value.whenIteration }
    }

    // MARK: - Pause

    override var isPauseRequested: Bool {
        pauseRequested.load(ordering: .acquiring)
    }

    override func reachCheckpoint() -> Bool {
        scheduler.reachedCheckpoint(self)
    }

    override func standStill(_ goOn: @escaping @Sendable () -> Void) {
        let runsNow = life.withLock { life in
            guard isPauseRequested, !isCancelled, life.ended == nil else { return true }
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
                    guard life.ended == nil else { return false }
                    life.course.waiters.add(ticket, continuation)
                    return true
                }
            },
            remove: { ticket in life.withLock { $0.ended == nil ? $0.course.waiters.remove(ticket) : nil } }
        )
    }

    // MARK: - Reports

    /// Does something, unless the task has ended, before it ends.
    func whileLive(_ body: () -> Void) {
        life.withLock { life in
            if life.ended == nil { body() }
        }
    }

    override var progress: Double? {
        let ended = life.withLock { $0.ended }
        return if let ended { ended.snapshot.progress } else { super.progress }
    }

    override var message: String? {
        let ended = life.withLock { $0.ended }
        return if let ended { ended.snapshot.message } else { super.message }
    }

    override func changed() {
        // What a thread that was left behind reports changes nothing: it stays listed, and asks no more.
        guard !state.isTerminal else { return }
        ReportBarrier.request()
        publisher.progressed(self)
    }

    override func flush() {
        publisher.flush()
    }

    override func send(_ message: TaskMessage) -> EventGate.Admission {
        guard let eventGate else {
            message.receipt?.settle(.success(()))
            return .admitted
        }
        // A thread that was left behind waits for nothing.
        if message.receipt != nil, state.isTerminal { return .closed }
        let admission = eventGate.enter(weight: message.weight)
        if case .admitted = admission { publisher.publish(.event(self, message)) }
        return admission
    }

    override func sendWithoutRoom(_ message: TaskMessage) {
        eventGate?.enterWithoutRoom(weight: message.weight)
        publisher.publish(.event(self, message))
    }

    override var logger: Logger {
        guard var logger = scheduler.configuration.logger else { return super.logger }
        for (key, value) in Logger.Metadata(of: info) { logger[metadataKey: key] = value }
        return logger
    }

    override var mayWaitForMain: Bool {
        !MainContext.default.isOwner
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
