import DequeModule
import GLibMainLoop

/// Carries what happens to tasks from any thread to the main thread, coalesced.
///
/// What must be seen (states, events, ends) goes into one ordered inbox; the first item of a burst asks the main loop for
/// one drain. Progress only lists its record once; the list is looked at when the interval has passed.
final class Publisher: Sendable {
    enum Item: Sendable {
        /// The first item of a task.
        case opened(TaskRecord)
        /// Something about the task has changed: it began, was asked to end, came to rest, or goes on.
        case changed(TaskRecord)
        /// The task has reported progress or a message, or waits and has another priority.
        ///
        /// Whether it has started as far as the items before this one tell: it may start while these are applied.
        case progressed(TaskRecord, hasStarted: Bool)
        // Indirect, like all that is large: a burst's items are a word or two.
        indirect case event(TaskRecord, TaskMessage)
        /// An iteration of a periodic task has ended.
        indirect case iterated(TaskRecord, TaskIteration<any Sendable>)
        /// Something happened that somebody observes.
        indirect case noted(TaskRecord, TaskEvent)
        /// What a body wants to be done on the main thread.
        case call(@MainActor @Sendable () -> Void)
        /// The task's terminal state; the last item of a task. With the ended tasks that are kept no longer because of it: who sees
        /// one sees the other.
        case ended(TaskRecord, forgetting: [TaskID])
        /// Ended tasks that are kept no longer because of their age, or on request.
        case forgotten([TaskID])
    }

    fileprivate struct State {
        var inbox: Deque<Item> = []
        var progressed: [TaskRecord] = []
        var isProgressDue = false
        var isDrainScheduled = false
        var isTimerScheduled = false
        /// Whether the timer was set for a time at which it is too early by now.
        var isTimerEarly = false
        /// Whether the timer was put off because something was still to be published.
        var isTimerPutOff = false
        var pace: ProgressPace
        /// Tasks whose completion has not run.
        var unsettled = 0
        /// How many of them were refused.
        var refused = 0
        var idleWaiters = WaiterList()
        /// Wait for the tasks that were taken in only.
        var endWaiters = WaiterList()
    }

    private let state: CrowdedLock<State>
    private let source: DrainSource
    private let now: @Sendable () -> ContinuousClock.Instant
    let manager = TaskManager()
    private let drainer: Drain

    init(configuration: TaskManagerConfiguration, time: TimeSource, events: EventHub<TaskEvent>) {
        state = CrowdedLock(State(pace: ProgressPace(interval: configuration.publicationInterval.bounded)))
        source = DrainSource(patience: configuration.redrawPatience)
        now = configuration.now
        drainer = Drain(view: manager, events: events, time: time, now: configuration.now)
    }

    // MARK: - From any thread

    /// A drain that was decided on under a lock, and is to be scheduled when no lock is held: that takes system calls.
    struct PendingDrain: Sendable {
        fileprivate init() {}
    }

    /// Counts a task in, so that ``waitUntilIdle()`` waits for it, and shows it.
    func open(_ record: TaskRecord, isRefused: Bool = false) -> PendingDrain? {
        state.withLock { state in
            state.unsettled += 1
            if isRefused { state.refused += 1 }
            return state.post(.opened(record))
        }
    }

    /// Puts an item into the inbox.
    func post(_ item: Item) -> PendingDrain? {
        state.withLock { $0.post(item) }
    }

    /// Puts an item into the inbox and sees to it that it is published; not under a lock.
    func publish(_ item: Item) {
        if let drain = post(item) { schedule(drain) }
    }

    /// Lists a record whose progress or message changed; it lists itself once until it is sampled.
    func progressed(_ record: TaskRecord) {
        let now = now
        let delay = state.withLock { state in
            state.progressed.append(record)
            return state.takeTimer(now)
        }
        if let delay { setTimer(delay) }
    }

    private func setTimer(_ delay: Duration) {
        // Before drawing, because it only decides on a drain: below it would never come where a redraw is always due.
        MainContext.default.addTimeout(every: delay, priority: .default) {
            // First, as in ``drainNow()``.
            MainQueueBridge.install()
            MainActor.assumeIsolated { self.timerFired() }
            return .remove
        }
    }

    /// Publishes progress at the next chance instead of at the next interval.
    func flush() {
        if let drain = state.withLock({ $0.takeProgressDrain() }) { schedule(drain) }
    }

    /// Returns when every completion has run.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    func waitUntilIdle() async throws {
        try await wait(\.idleWaiters) { $0.unsettled == 0 }
    }

    /// Returns when the completion of every task that was taken in has run.
    ///
    /// Not of those that were refused: a completion that submits again would put off the end for ever.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    func waitUntilEnded() async throws {
        try await wait(\.endWaiters) { $0.unsettled == $0.refused }
    }

    private func wait(
        _ list: any WritableKeyPath<State, WaiterList> & Sendable,
        until isReached: @Sendable (borrowing State) -> Bool
    ) async throws {
        try await WaiterList.wait(
            add: { ticket, waiter in
                state.withLock { state in
                    guard !isReached(state) else { return false }
                    state[keyPath: list].add(ticket, waiter)
                    return true
                }
            },
            remove: { ticket in state.withLock { $0[keyPath: list].remove(ticket) } }
        )
    }

    /// Lets the main loop come to a drain.
    func schedule(_: PendingDrain) {
        source.request(self)
    }

    /// The main loop has come to it.
    func drainNow() {
        // First, for its sentence where the default context is not run by the process's main thread.
        MainQueueBridge.install()
        MainActor.assumeIsolated { drain() }
    }

    // MARK: - On the main thread

    @MainActor
    private func timerFired() {
        let (now, isBusy) = (now, drainer.hasBacklog)
        let (delay, drain) = state.withLock { state -> (Duration?, PendingDrain?) in
            // Together with what follows from it, so that a report in between does not set another one, for at once.
            state.isTimerScheduled = false
            let isEarly = state.isTimerEarly
            state.isTimerEarly = false
            // Behind what has still to be published it would go out without a rest. Only once: that may be always so.
            if isBusy, !state.isTimerPutOff {
                (state.isTimerPutOff, state.isTimerScheduled) = (true, true)
                return (ProgressPace.longestRest, nil)
            }
            state.isTimerPutOff = false
            return isEarly ? (state.takeTimer(now), nil) : (nil, state.takeProgressDrain())
        }
        if let delay { setTimer(delay) }
        if let drain { schedule(drain) }
    }

    /// One drain: apply the changes, emit once, run the completions; stop when the budget is used up.
    @MainActor
    private func drain() {
        let now = now
        // Both first, so that a callback which runs a main loop of its own still sees what happens; the sources before the rest, so
        // that what is requested meanwhile stays requested.
        source.clear()
        let (items, reporters) = state.withLock { state -> (Deque<Item>, [TaskRecord]) in
            state.isDrainScheduled = false
            var items = state.inbox
            state.inbox = []
            guard state.isProgressDue else { return (items, []) }
            state.isProgressDue = false
            state.pace.begin(at: now())
            // Somebody did not want to wait for it.
            if state.isTimerScheduled { state.isTimerEarly = true }
            items.append(contentsOf: state.progressed.lazy.map { .progressed($0, hasStarted: $0.isStartTold) })
            defer { state.progressed = [] }
            return (items, state.progressed)
        }
        for record in reporters { record.beginSampling() }
        if !reporters.isEmpty, !ReportBarrier.pass() {
            for record in reporters { record.markChanged() }
        }
        let taken = drainer.run(items, settled: settle) {
            if let drain = self.state.withLock({ $0.takeDrain() }) { self.schedule(drain) }
        }
        let isLast = !drainer.hasBacklog
        state.withLock { state in
            if state.pace.add(taken, isLast: isLast, at: now()), state.isTimerScheduled { state.isTimerEarly = true }
        }
    }

    /// Counts tasks whose completions have run out.
    @MainActor
    private func settle(_ count: Int, refused: Int) {
        let waiters = state.withLock { state in
            state.unsettled -= count
            state.refused -= refused
            let ended = state.unsettled == state.refused ? state.endWaiters.removeAll() : []
            return state.unsettled == 0 ? ended + state.idleWaiters.removeAll() : ended
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension Publisher.State {
    fileprivate mutating func post(_ item: Publisher.Item) -> Publisher.PendingDrain? {
        inbox.append(item)
        return takeDrain()
    }

    /// How long the timer is to take that the caller has to set, if there is one to be set.
    ///
    /// The clock is read once a burst, not once a report.
    fileprivate mutating func takeTimer(_ now: () -> ContinuousClock.Instant) -> Duration? {
        guard !progressed.isEmpty, !isTimerScheduled, !isProgressDue else { return nil }
        isTimerScheduled = true
        return pace.delay(at: now)
    }

    /// The drain that publishes progress, if there is any, and it is to be scheduled.
    fileprivate mutating func takeProgressDrain() -> Publisher.PendingDrain? {
        guard !progressed.isEmpty else { return nil }
        isProgressDue = true
        return takeDrain()
    }

    /// The drain that the caller has to schedule, if there is one to be scheduled.
    fileprivate mutating func takeDrain() -> Publisher.PendingDrain? {
        guard !isDrainScheduled else { return nil }
        isDrainScheduled = true
        return Publisher.PendingDrain()
    }
}
