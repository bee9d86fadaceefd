import DequeModule
import Dispatch
import GLibMainLoop

/// The engine of one manager: the state machine behind a lock, and the performer of its actions.
///
/// Any thread. Actions are performed after the lock is released, on the thread that caused them; none of them blocks.
final class Scheduler: Sendable {
    typealias Machine = SchedulerState.Machine

    private let state: Lock<SchedulerState>
    private let alarm: Alarm
    let publisher: Publisher
    let events: EventHub<TaskEvent>
    let configuration: TaskManagerConfiguration
    let time: TimeSource
    let threads: ThreadPool

    init(configuration: TaskManagerConfiguration) {
        self.configuration = configuration
        time = TimeSource(configuration.clock)
        alarm = Alarm(time)
        events = EventHub()
        publisher = Publisher(configuration: configuration, time: time, events: events)
        threads = ThreadPool(name: "tasker", spawn: configuration.spawnThread)
        var machine = Machine(limits: configuration.limits, ageing: configuration.ageingInterval)
        for (group, limit) in configuration.groupLimits { _ = machine.setLimit(limit, of: .group(group), at: .zero) }
        state = Lock(
            SchedulerState(
                machine: machine,
                finished: FinishedTasks(
                    countLimit: configuration.finishedTaskLimit,
                    ageLimit: configuration.finishedTaskAge
                ),
                publisher: publisher,
                events: events
            )
        )
    }

    /// Changes the state, and then does what follows from it.
    @discardableResult
    func change<Value: Sendable>(_ body: (inout SchedulerState, Uptime) -> Value) -> Value {
        let now = time.now()
        let (value, steps) = state.withLock { state in
            let value = body(&state, now)
            return (value, state.takeSteps())
        }
        perform(steps)
        return value
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
        // The main thread never waits.
        let mayWait = configuration.queueFullPolicy == .wait && !MainContext.default.isOwner
        while true {
            switch change({ state, now in state.submit(record, after: dependencies, mayWait: mayWait, at: now) }) {
            case .accepted:
                awaitForeign(dependencies, of: record)
                return record
            case .kept(let kept): return kept
            case .full: waitForRoomBlocking()
            }
        }
    }

    /// Waits for tasks of other managers, which this one's machine does not hear of.
    func awaitForeign(_ dependencies: [TaskRecord], of record: TaskRecord) {
        for dependency in dependencies where dependency.scheduler !== self && !record.state.isTerminal {
            Task.detached(executorPreference: ThreadPool.supervision) { [weak self] in
                // Nobody cancels this task.
                try? await dependency.waitUntilEnded()
                self?.dependencyEnded(dependency)
            }
        }
    }

    private func dependencyEnded(_ dependency: TaskRecord) {
        change { state, now in
            let succeeded = dependency.state == .completed
            state.resolve(state.machine.dependencyEnded(dependency.id, succeeded: succeeded, at: now))
        }
    }

    func cancel(_ id: TaskID, reason: CancelReason) -> Bool {
        change { state, now in
            let (changed, actions) = state.machine.cancel(id, reason: reason, at: now)
            state.resolve(actions)
            return changed
        }
    }

    func cancel(key: String, reason: CancelReason) -> Int {
        change { state, now in
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

    /// Returns when a task that is submitted would be taken in, as far as one can tell.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    func waitForRoom() async throws {
        try await WaiterList.wait(
            add: { ticket, waiter in
                state.withLock { state in
                    guard !state.machine.hasRoom, !state.machine.isClosed else { return false }
                    state.roomWaiters.add(ticket, waiter)
                    return true
                }
            },
            remove: { ticket in state.withLock { $0.roomWaiters.remove(ticket) } }
        )
    }

    private func waitForRoomBlocking() {
        let room = DispatchSemaphore(value: 0)
        Task.detached(executorPreference: ThreadPool.supervision) {
            // Nobody cancels this task.
            try? await self.waitForRoom()
            room.signal()
        }
        room.wait()
    }

    /// Returns when no task waits or runs; only of a manager that is closed.
    func waitUntilNothingRuns() async throws {
        try await WaiterList.wait(
            add: { ticket, waiter in
                state.withLock { state in
                    guard !state.machine.isIdle else { return false }
                    state.shutdownWaiters.add(ticket, waiter)
                    return true
                }
            },
            remove: { ticket in state.withLock { $0.shutdownWaiters.remove(ticket) } }
        )
    }

    // MARK: - The end of a body

    /// Called by the executors once for each body that was started.
    func bodyEnded(_ record: TaskRecord, _ outcome: TaskOutcome) {
        perform(end(of: record, outcome))
    }

    /// Changes the state for the end of a body.
    ///
    /// - Parameter pause: How long it is at least until another body follows.
    private func end(
        of record: TaskRecord,
        _ outcome: TaskOutcome,
        pause: Duration = .zero
    ) -> [SchedulerState.Step] {
        var outcome = outcome
        var decision = Repetition.Decision()
        var isTimedOut = false
        if record.info.repeats {
            isTimedOut = read { $0.machine.bodyReturned(record.id) }
            if isTimedOut { outcome = .timedOut(record.info) }
            let now = time.now()
            if isTimedOut || !record.isCancelled {
                decision = record.decide(after: outcome, at: now, random: configuration.random())
            }
            decision.next = decision.next.map { max($0, now + pause) }
        }
        let now = time.now()
        return state.withLock { state in
            state.bodyEnded(record, outcome, decision, isTimedOut: isTimedOut, at: now)
            return state.takeSteps()
        }
    }

    // MARK: - Actions

    private func perform(_ steps: [SchedulerState.Step]) {
        // A loop, not a recursion: when the system gives no threads, each start is at once an end that starts the next.
        var queue: Deque<SchedulerState.Step> = []
        func add(_ steps: [SchedulerState.Step]) {
            for step in steps {
                // Before anything else: a cancel's hook is other people's code and may take its time.
                if case .schedule(let drain) = step { publisher.schedule(drain) } else { queue.append(step) }
            }
            events.deliver()
        }
        add(steps)
        while let step = queue.popFirst() {
            switch step {
            case .start(let record, let start):
                // A cancel that came between the decision to start and this line: the body never runs.
                if record.isCancelled {
                    add(end(of: record, .cancelled))
                } else if let failure = start(record) {
                    // Tried again at once it would keep this thread for as long as there is nothing to run on.
                    add(end(of: record, .failure(failure), pause: .milliseconds(10)))
                }
            case .cancelBody(let record, let attempt):
                record.requestCancel(attempt: attempt)
                record.eventGate?.close()
            case .pauseChanged(let record): record.pauseChanged()
            case .aftermath(let aftermath): aftermath.run()
            case .wake(let waiter): waiter.resume()
            case .setAlarm(let moment, let number):
                alarm.set(moment, number: number) { [weak self] in self?.passTime() }
            case .schedule, .release: break
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
