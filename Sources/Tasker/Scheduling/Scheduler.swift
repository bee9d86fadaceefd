import DequeModule
import GLibMainLoop

/// The engine of one manager: the state machine behind a lock, and the performer of its actions.
///
/// Any thread. Actions are performed after the lock is released, on the thread that caused them; none of them blocks.
final class Scheduler: Sendable {
    fileprivate struct State {
        var machine: SchedulerStateMachine
        /// Every task whose body has not ended.
        var records: [TaskID: TaskRecord] = [:]
        var shutdownWaiters = WaiterList()
        /// The end of the manager, under way or past.
        var shutdown: Task<Void, Never>?
    }

    private let state: Lock<State>
    let publisher: Publisher
    let configuration: TaskManagerConfiguration
    let threads: ThreadPool

    init(configuration: TaskManagerConfiguration) {
        self.configuration = configuration
        publisher = Publisher(configuration: configuration)
        threads = ThreadPool(name: "tasker", spawn: configuration.spawnThread)
        state = Lock(
            State(machine: .init(maximum: configuration.maximumConcurrentTasks, limits: configuration.limit(of:)))
        )
    }

    var isRunning: Bool {
        state.withLock { !$0.machine.isClosed }
    }

    // MARK: - Submit, cancel

    /// Takes a task in.
    ///
    /// - Returns: The record to hand out: `record`, or the live one of its key that is kept instead.
    func submit(_ record: TaskRecord) -> TaskRecord {
        let info = record.info
        let request = SchedulerStateMachine.Request(
            id: info.id,
            kind: info.kind,
            key: info.key,
            priority: info.priority,
            keyPolicy: info.options.keyPolicy,
            isAbandonable: info.options.isAbandonable
        )
        let (kept, steps) = state.withLock { state -> (TaskRecord?, [Step]) in
            let (kept, actions) = state.machine.submit(request)
            if let kept = kept.flatMap({ state.records[$0] }) { return (kept, []) }
            state.records[info.id] = record
            let isRefused = state.machine.isClosed
            if isRefused { record.refuse() }
            // Inside the lock, so that nothing that happens to this task is published before it; the publisher's lock is
            // a leaf.
            let drain = publisher.open(record, isRefused: isRefused)
            return (nil, (drain.map { [.opened($0)] } ?? []) + state.resolve(actions))
        }
        perform(steps)
        return kept ?? record
    }

    func cancel(_ id: TaskID, reason: CancelReason) -> Bool {
        cancel { machine in
            let (changed, actions) = machine.cancel(id, reason: reason)
            return (changed ? 1 : 0, actions)
        } > 0
    }

    func cancel(key: String, reason: CancelReason) -> Int {
        cancel { $0.cancel(key: key, reason: reason) }
    }

    func cancelAll(reason: CancelReason, pendingOnly: Bool = false) -> Int {
        cancel { $0.cancelAll(reason: reason, pendingOnly: pendingOnly) }
    }

    private func cancel(
        _ transition: (inout SchedulerStateMachine) -> (count: Int, actions: [SchedulerStateMachine.Action])
    ) -> Int {
        let (count, steps) = state.withLock { state in
            let (count, actions) = transition(&state.machine)
            return (count, state.resolve(actions))
        }
        perform(steps)
        return count
    }

    func newest(of key: String) -> TaskRecord? {
        state.withLock { state in state.machine.newest(of: key).flatMap { state.records[$0] } }
    }

    // MARK: - The end of a body

    /// Called by the executors once for each body that was started.
    func bodyEnded(_ record: TaskRecord, _ outcome: TaskOutcome) {
        perform(finish(record, outcome))
    }

    private func finish(_ record: TaskRecord, _ outcome: TaskOutcome) -> [Step] {
        state.withLock { state in
            let (ends, reason, actions) = state.machine.bodyEnded(record.id)
            let end = ends ? record.end(reason == nil ? outcome : .cancelled, cancelReason: reason) : nil
            let steps = state.resolve(actions)
            state.forget(record.id)
            return (end.map { [.aftermath($0)] } ?? []) + steps
        }
    }

    // MARK: - Shutdown

    /// Refuses new work from now on; see ``TaskManagerProxy/shutdown(waitingFor:cancelPending:)``.
    func close() {
        state.withLock { $0.machine.close() }
    }

    /// The manager's grace period, or that of a live task if one has a longer.
    var longestGracePeriod: Duration {
        let own = state.withLock { state in state.records.values.compactMap(\.info.options.gracePeriod).max() }
        return max(own ?? .zero, configuration.gracePeriod).bounded
    }

    /// How long a task's process may take to end by itself at each step of a cancel.
    func gracePeriod(of record: TaskRecord) -> Duration {
        (record.info.options.gracePeriod ?? configuration.gracePeriod).bounded
    }

    /// The one end that every call of a shutdown waits for, whatever becomes of the callers.
    ///
    /// Made under the lock, which may start a thread there: once in a manager's life, and when it takes no more tasks.
    func shutdownTask(_ end: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        state.withLock { state in
            if let shutdown = state.shutdown { return shutdown }
            let shutdown = Task.detached(executorPreference: ThreadPool.supervision) { await end() }
            state.shutdown = shutdown
            return shutdown
        }
    }

    /// Reports the tasks whose bodies do not end as cancelled.
    func abandonAll() {
        perform(state.withLock { state in state.resolve(state.machine.abandonAll()) })
    }

    /// Returns when no task waits or runs.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
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

    // MARK: - Actions

    private func perform(_ steps: [Step]) {
        // A loop, not a recursion: when the system gives no threads, each start is at once an end that starts the next.
        var queue: Deque<Step> = []
        func add(_ steps: [Step]) {
            for step in steps {
                if let drain = step.drain { publisher.schedule(drain) }
                queue.append(step)
            }
        }
        add(steps)
        while let step = queue.popFirst() {
            switch step {
            case .start(let record):
                let start = record.begin()
                if start != nil { publisher.publish(.changed(record)) }
                // A cancel that came between the decision to start and this line: the body never runs.
                guard let start, !record.isCancelled else {
                    add(finish(record, .cancelled))
                    continue
                }
                if let failure = start(record) { add(finish(record, .failure(failure))) }
            case .cancelBody(let record, let reason):
                record.noteCancel(reason)
                record.requestCancel()
                record.eventGate?.close()
                publisher.publish(.changed(record))
            case .aftermath(let aftermath):
                aftermath.run()
            case .opened: break
            case .wake(let waiter):
                waiter.resume()
            }
        }
    }
}

/// What is to be done after the scheduler's lock is released.
private enum Step {
    case start(TaskRecord)
    case cancelBody(TaskRecord, CancelReason)
    case aftermath(TaskRecord.Aftermath)
    case opened(Publisher.PendingDrain)
    case wake(WaiterList.Resumption)

    /// The drain to be scheduled before any step is performed: a cancel's hook is other people's code and may take its time.
    var drain: Publisher.PendingDrain? {
        switch self {
        case .opened(let drain): drain
        case .aftermath(let aftermath): aftermath.drain
        case .start, .cancelBody, .wake: nil
        }
    }
}

extension Scheduler.State {
    fileprivate mutating func forget(_ id: TaskID) {
        records[id] = nil
        records.releaseSpareStorage()
    }

    /// Ends the tasks that end without their bodies, and says what is to be done with the others, and who waited for this.
    fileprivate mutating func resolve(_ actions: [SchedulerStateMachine.Action]) -> [Step] {
        var steps = actions.compactMap { step(for: $0) }
        if machine.isClosed, machine.isIdle { steps += shutdownWaiters.removeAll().map { .wake($0) } }
        return steps
    }

    private mutating func step(for action: SchedulerStateMachine.Action) -> Step? {
        switch action {
        case .start(let id): return records[id].map { .start($0) }
        case .cancelBody(let id, let reason): return records[id].map { .cancelBody($0, reason) }
        case .finish(let id, let ending):
            guard let record = records[id] else { return nil }
            // An abandoned body still has its record.
            if !machine.contains(id) { forget(id) }
            return .aftermath(record.end(ending.outcome(of: record.info), cancelReason: ending.cancelReason))
        }
    }
}

extension SchedulerStateMachine.Ending {
    fileprivate var cancelReason: CancelReason? {
        if case .cancelled(let reason) = self { reason } else { nil }
    }

    fileprivate func outcome(of info: TaskInfo) -> TaskOutcome {
        switch self {
        case .cancelled: .cancelled
        case .keyInUse:
            .failure(
                TaskerError(
                    .keyInUse,
                    "The key \"\(info.key ?? "")\" is in use by a task that has not ended; wait for it, or choose another key policy."
                )
            )
        case .shutDown:
            .failure(TaskerError(.shutDown, "The task manager has been shut down and takes no more tasks."))
        }
    }
}
