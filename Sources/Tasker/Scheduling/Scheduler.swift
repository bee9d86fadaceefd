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
    }

    private let state: Lock<State>
    let publisher: Publisher
    let configuration: TaskManagerConfiguration
    let threads = ThreadPool(name: "tasker")

    private typealias Action = (record: TaskRecord, action: SchedulerStateMachine.Action)

    init(configuration: TaskManagerConfiguration) {
        self.configuration = configuration
        publisher = Publisher(configuration: configuration)
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
        let (kept, actions) = state.withLock { state -> (TaskRecord?, [Action]) in
            let (kept, actions) = state.machine.submit(request)
            if let kept = kept.flatMap({ state.records[$0] }) { return (kept, []) }
            state.records[info.id] = record
            // Inside the lock, so that no other thread's action on this task is published before its submission; the
            // publisher's lock is a leaf.
            publisher.open(record)
            return (nil, state.resolve(actions))
        }
        perform(actions)
        return kept ?? record
    }

    func cancel(_ id: TaskID, reason: CancelReason) -> Bool {
        let (changed, actions) = state.withLock { state in
            let (changed, actions) = state.machine.cancel(id, reason: reason)
            return (changed, state.resolve(actions))
        }
        perform(actions)
        // The end of an abandonable task may be what a shutdown waits for.
        wakeShutdown()
        return changed
    }

    func cancel(key: String, reason: CancelReason) -> Int {
        let (count, actions) = state.withLock { state in
            let (count, actions) = state.machine.cancel(key: key, reason: reason)
            return (count, state.resolve(actions))
        }
        perform(actions)
        wakeShutdown()
        return count
    }

    func cancelAll(reason: CancelReason, pendingOnly: Bool = false) -> Int {
        let (count, actions) = state.withLock { state in
            let (count, actions) = state.machine.cancelAll(reason: reason, pendingOnly: pendingOnly)
            return (count, state.resolve(actions))
        }
        perform(actions)
        wakeShutdown()
        return count
    }

    func newest(of key: String) -> TaskRecord? {
        state.withLock { state in state.machine.newest(of: key).flatMap { state.records[$0] } }
    }

    func record(_ id: TaskID) -> TaskRecord? {
        state.withLock { $0.records[id] }
    }

    // MARK: - The end of a body

    /// Called by the executors once for each body that was started.
    func bodyEnded(_ record: TaskRecord, _ outcome: TaskOutcome) {
        let (ends, reason, actions) = state.withLock { state in
            let (ends, reason, actions) = state.machine.bodyEnded(record.id)
            let resolved = state.resolve(actions)
            state.records[record.id] = nil
            return (ends, reason, resolved)
        }
        // Before the actions: the next task of the key starts after this one's end was noted.
        if ends { record.finish(reason == nil ? outcome : .cancelled, cancelReason: reason) }
        perform(actions)
        wakeShutdown()
    }

    // MARK: - Shutdown

    /// Refuses new work from now on; see ``TaskManagerProxy/shutdown(waitingFor:cancelPending:)``.
    func close() {
        state.withLock { $0.machine.close() }
    }

    /// The manager's grace period, or that of a live task if one has a longer.
    var longestGracePeriod: Duration {
        let own = state.withLock { state in state.records.values.compactMap(\.info.options.gracePeriod).max() }
        return max(own ?? .zero, configuration.gracePeriod)
    }

    /// Reports the tasks whose bodies do not end as cancelled.
    func abandonAll() {
        perform(state.withLock { state in state.resolve(state.machine.abandonAll()) })
        wakeShutdown()
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

    private func wakeShutdown() {
        let waiters = state.withLock { state in
            state.machine.isClosed && state.machine.isIdle ? state.shutdownWaiters.removeAll() : []
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: - Actions

    private func perform(_ actions: [Action]) {
        for (record, action) in actions {
            switch action {
            case .start:
                let start = record.begin()
                publisher.post(.changed(record))
                // A cancel that came between the decision to start and this line: the body never runs.
                if let start, !record.isCancelled { start(record) } else { bodyEnded(record, .cancelled) }
            case .cancelBody(_, let reason):
                record.noteCancel(reason)
                record.requestCancel()
                record.eventGate?.close()
                publisher.post(.changed(record))
            case .finish(_, .cancelled(let reason)):
                record.finish(.cancelled, cancelReason: reason)
            case .finish(_, .keyInUse):
                record.finish(
                    .failure(
                        TaskerError(
                            .keyInUse,
                            "The key \"\(record.info.key ?? "")\" is in use by a task that has not ended; wait for it, or choose another key policy."
                        )
                    )
                )
            case .finish(_, .shutDown):
                record.finish(
                    .failure(TaskerError(.shutDown, "The task manager has been shut down and takes no more tasks."))
                )
            }
        }
    }
}

extension Scheduler.State {
    /// Looks the actions' records up, and forgets those whose bodies will never end because they never began.
    fileprivate mutating func resolve(
        _ actions: [SchedulerStateMachine.Action]
    ) -> [(record: TaskRecord, action: SchedulerStateMachine.Action)] {
        actions.compactMap { action in
            switch action {
            case .start(let id), .cancelBody(let id, _):
                return records[id].map { ($0, action) }
            case .finish(let id, _):
                guard let record = records[id] else { return nil }
                if !machine.contains(id) { records[id] = nil }
                return (record, action)
            }
        }
    }
}
