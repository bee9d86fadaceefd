import CTaskerGLib
import DequeModule
import Dispatch
import GLibMainLoop
import Glibc

/// The engine of one manager: the state machine behind a lock, and the performer of its actions.
///
/// Any thread. Actions are performed after the lock is released, on the thread that caused them; none of them blocks.
final class Scheduler: Sendable {
    typealias Machine = SchedulerState.Machine

    private let state: CrowdedLock<SchedulerState>
    private let alarm: Alarm
    let publisher: Publisher
    let events: EventHub<TaskEvent>
    let configuration: TaskManagerConfiguration
    let time: TimeSource
    let threads: ThreadPool
    let workers: WorkerPool
    private let reporters: [any TaskReporter]

    init(configuration: TaskManagerConfiguration) {
        self.configuration = configuration
        time = TimeSource(configuration.clock)
        alarm = Alarm(time)
        events = EventHub()
        publisher = Publisher(configuration: configuration, time: time, events: events)
        threads = ThreadPool(name: "tasker", spawn: configuration.spawnThread)
        workers = WorkerPool(configuration: configuration, time: time)
        reporters = configuration.reporters
        var machine = Machine(limits: configuration.limits, ageing: configuration.ageingInterval)
        for (group, limit) in configuration.groupLimits { _ = machine.setLimit(limit, of: .group(group), at: .zero) }
        state = CrowdedLock(
            SchedulerState(
                machine: machine,
                finished: FinishedTasks(
                    countLimit: configuration.finishedTaskLimit,
                    ageLimit: configuration.finishedTaskAge
                ),
                publisher: publisher,
                events: events,
                isReported: !reporters.isEmpty
            )
        )
    }

    /// Changes the state, and then does what follows from it.
    @discardableResult
    func change<Value: Sendable>(_ body: (inout SchedulerState, Uptime) -> Value) -> Value {
        let (value, consequences) = transition(body)
        perform(consequences)
        return value
    }

    private func transition<Value: Sendable>(
        _ body: (inout SchedulerState, Uptime) -> Value
    ) -> (Value, SchedulerState.Consequences) {
        let now = time.now()
        return state.withLock { state in
            let value = body(&state, now)
            return (value, state.takeConsequences())
        }
    }

    /// Reads the state; nothing follows from it.
    func read<Value: Sendable>(_ body: (inout SchedulerState) -> Value) -> Value {
        state.withLock { body(&$0) }
    }

    // MARK: - Submit, cancel

    /// Takes a task in.
    ///
    /// - Parameter dependencies: The tasks that are to end before it starts.
    /// - Returns: The record to hand out: `record`, or the live one of its key that is kept instead.
    func submit(_ record: TaskRecord, after dependencies: [TaskRecord] = []) -> TaskRecord {
        let mayWait = mayWaitForRoom
        while true {
            switch change({ state, now in state.submit(record, after: dependencies, mayWait: mayWait, at: now) }) {
            case .accepted:
                awaitForeign(dependencies, of: record)
                return record
            case .kept(let kept): return kept
            case .full(let room): room.wait()
            }
        }
    }

    /// Whether a task that is one too many makes this thread wait.
    var mayWaitForRoom: Bool {
        configuration.queueFullPolicy == .wait && !isMainThread
    }

    /// Whether this thread must never wait; before its loop runs, the main thread does not own the context.
    private var isMainThread: Bool {
        MainContext.default.isOwner || getpid() == tasker_thread_id()
    }

    func cancel(_ id: TaskID, reason: CancelReason) -> Bool {
        change { state, now in
            let (changed, actions) = state.machine.cancel(id, reason: reason, at: now)
            state.resolve(actions)
            return changed
        }
    }

    func cancel(key: String, of scope: ScopeCore? = nil, reason: CancelReason) -> Int {
        change { state, now in
            let key = ScopeLabel.key(key, of: scope?.label)
            let (count, actions) = state.machine.cancel(key: key, reason: reason, at: now)
            state.resolve(actions)
            return count
        }
    }

    func cancel(scope: ScopeID, reason: CancelReason) -> Int {
        change { state, now in
            let (count, actions) = state.machine.cancel(scope: scope, reason: reason, at: now)
            state.resolve(actions)
            return count
        }
    }

    func cancelAll(reason: CancelReason, pendingOnly: Bool = false) -> Int {
        change { state, now in
            let (count, actions) = state.machine.cancelAll(reason: reason, pendingOnly: pendingOnly, at: now)
            state.resolve(actions)
            return count
        }
    }

    // MARK: - The end of a body

    /// Called by the executors once for each body that was started.
    ///
    /// - Parameter thread: The one of ``threads`` on which that is, and which looks for work after this.
    func bodyEnded(_ record: TaskRecord, _ outcome: TaskOutcome, on thread: PoolThread? = nil) {
        // Whether there will be another attempt is for the application to say.
        if let thread, record.info.repeats { threads.willNotLook(thread) }
        bodyEnded(record, outcome, pause: .zero) { perform($0, on: thread) }
    }

    /// - Parameter pause: How long another attempt has to wait at least.
    private func bodyEnded(
        _ record: TaskRecord,
        _ outcome: TaskOutcome,
        pause: Duration,
        perform: (SchedulerState.Consequences) -> Void
    ) {
        guard record.info.repeats else {
            return perform(transition { state, now in state.bodyEnded(record, outcome, at: now) }.1)
        }
        let (returned, consequences) = transition { state, now in state.bodyReturned(record, at: now) }
        perform(consequences)
        let outcome = returned.isTimedOut ? .timedOut(record.info) : outcome
        var decision = Repetition.Decision()
        if !returned.isCancelled {
            decision = record.decide(after: outcome, at: time.now(), random: configuration.random(), pause: pause)
        }
        let end = transition { [decision] state, now in
            state.bodyEnded(record, outcome, decision, isTimedOut: returned.isTimedOut, at: now)
        }
        perform(end.1)
    }

    /// How long an attempt waits at least after one that the system gave no thread: this one's end is found out by whoever
    /// started it, who would go on trying.
    private static let pauseAfterRefusal = Duration.milliseconds(100)

    // MARK: - Actions

    /// - Parameter thread: The one of ``threads`` that this is, if it is to look for work after this.
    private func perform(_ consequences: SchedulerState.Consequences, on thread: PoolThread? = nil) {
        var steps: [SchedulerState.Step] = []
        func add(_ more: SchedulerState.Consequences) {
            if let drain = more.drain { publisher.schedule(drain) }
            if let (moment, number) = more.alarm {
                // Its clock may be the application's.
                if let thread { threads.willNotLook(thread) }
                alarm.set(moment, number: number) { [weak self] in self?.passTime() }
            }
            if steps.isEmpty { steps = more.steps } else { steps += more.steps }
            guard events.hasSubscribers else { return }
            if let thread { threads.willNotLook(thread) }
            events.deliver()
        }
        add(consequences)
        // Starts before the rest, because a cancel's hook is other people's code and may take its time; in one list, so that no log
        // tells of the end before the start. A loop, not a recursion: when the system gives no threads, each start is at once an
        // end that starts the next.
        var next = 0
        while next < steps.count {
            if steps[next].comesFirst { perform(steps[next], on: thread, then: add) }
            next += 1
        }
        for step in steps where !step.comesFirst { perform(step, on: thread, then: add) }
    }

    private func perform(
        _ step: SchedulerState.Step,
        on thread: PoolThread?,
        then add: (SchedulerState.Consequences) -> Void
    ) {
        if let thread, step.callsOthers { threads.willNotLook(thread) }
        switch step {
        case .start(let record, _):
            // A cancel that came between the decision to start and this line: the body never runs.
            if record.isCancelled {
                bodyEnded(record, .cancelled, pause: .zero, perform: add)
            } else if let failure = begin(record) {
                bodyEnded(record, .failure(failure), pause: Self.pauseAfterRefusal, perform: add)
            }
        case .cancelBody(let record, let attempt):
            record.requestCancel(attempt: attempt)
            record.eventGate?.close(attempt: attempt)
            // It may have come to a checkpoint just now, and nobody else wakes it if only this attempt is to end.
            record.pauseChanged()
        case .releaseBody(let record, let attempt): record.releaseBody(attempt)
        case .pauseChanged(let record): record.pauseChanged()
        case .aftermath(let aftermath): aftermath.run()
        case .wake(let waiter): waiter.resume()
        case .admit(let room): room.signal()
        case .report(let event):
            for reporter in reporters { reporter.report(event) }
        case .release: break
        }
    }

    /// - Returns: Why the body could not be started; nil if it was.
    private func begin(_ record: TaskRecord) -> (any Error)? {
        guard record.info.kind == .thread else { return record.callStart() }
        do {
            try threads.execute(.body(record))
            return nil
        } catch {
            return error
        }
    }

    private func passTime() {
        change { state, now in
            state.noteAlarm()
            state.resolve(state.machine.passTime(to: now))
            state.forget(state.finished.expire(now: now.duration))
        }
    }
}
