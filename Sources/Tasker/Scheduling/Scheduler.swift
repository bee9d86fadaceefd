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
        let (value, steps) = transition(body)
        perform(steps)
        return value
    }

    private func transition<Value: Sendable>(
        _ body: (inout SchedulerState, Uptime) -> Value
    ) -> (Value, [SchedulerState.Step]) {
        let now = time.now()
        return state.withLock { state in
            let value = body(&state, now)
            return (value, state.takeSteps())
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
    func bodyEnded(_ record: TaskRecord, _ outcome: TaskOutcome) {
        bodyEnded(record, outcome, pause: .zero, perform: perform)
    }

    /// - Parameter pause: How long another attempt has to wait at least.
    private func bodyEnded(
        _ record: TaskRecord,
        _ outcome: TaskOutcome,
        pause: Duration,
        perform: ([SchedulerState.Step]) -> Void
    ) {
        guard record.info.repeats else {
            return perform(transition { state, now in state.bodyEnded(record, outcome, at: now) }.1)
        }
        let (returned, steps) = transition { state, now in state.bodyReturned(record, at: now) }
        perform(steps)
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

    private func perform(_ steps: [SchedulerState.Step]) {
        // A loop, not a recursion: when the system gives no threads, each start is at once an end that starts the next.
        var (starts, others): (Deque<SchedulerState.Step>, Deque<SchedulerState.Step>) = ([], [])
        func add(_ steps: [SchedulerState.Step]) {
            for step in steps {
                // Some before anything else, and starts next: a cancel's hook is other people's code and may take its time.
                switch step {
                case .schedule(let drain): publisher.schedule(drain)
                case .setAlarm(let moment, let number):
                    alarm.set(moment, number: number) { [weak self] in self?.passTime() }
                // In this order, so that no log tells of the end before the start.
                case .start, .report: starts.append(step)
                default: others.append(step)
                }
            }
            if events.hasSubscribers { events.deliver() }
        }
        add(steps)
        while let step = starts.popFirst() ?? others.popFirst() {
            switch step {
            case .start(let record, let start, _):
                // A cancel that came between the decision to start and this line: the body never runs.
                if record.isCancelled {
                    bodyEnded(record, .cancelled, pause: .zero, perform: add)
                } else if let failure = start(record) {
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
            case .schedule, .setAlarm, .release: break
            }
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
