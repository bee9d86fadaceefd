extension Scheduler {
    var isRunning: Bool {
        read { !$0.machine.isClosed }
    }

    /// See ``TaskManagerProxy/start()``.
    func start() -> Bool {
        read { state in
            guard state.shutdown == nil else { return false }
            state.machine.open()
            return true
        }
    }

    /// See ``TaskManagerProxy/shutdown(waitingFor:cancelPending:)``.
    func shutdown(waitingFor deadline: Duration, cancelPending: Bool) async -> ShutdownReport {
        close()
        return await shutdownTask { await self.end(waitingFor: deadline.bounded, cancelPending: cancelPending) }.value
    }

    /// Refuses new work from now on.
    func close() {
        change { state, now in state.resolve(state.machine.close(at: now)) }
    }

    private func end(waitingFor deadline: Duration, cancelPending: Bool) async -> ShutdownReport {
        if cancelPending { _ = cancelAll(reason: .shutdown, pendingOnly: true) }
        var abandoned: [TaskRecord] = []
        if await !endsWithin(deadline) {
            _ = cancelAll(reason: .shutdown)
            // Told, TERM, KILL: two periods until a process is killed, and a third for bodies and the news of the end.
            if await !endsWithin(longestGracePeriod * 3) { abandoned = abandonAll() }
        }
        // Nobody cancels this task.
        try? await publisher.waitUntilEnded()
        let cutOff = read { state in
            defer { (state.cutOff, state.shutdown) = ([:], nil) }
            return state.cutOff
        }
        let cancelled = cutOff.values.filter { $0.state == .cancelled }.sorted { $0.id < $1.id }
        let now = time.now()
        return ShutdownReport(
            cancelled: cancelled.map { TaskSnapshot(reading: $0, at: now) },
            abandoned: abandoned.sorted { $0.id < $1.id }.map { TaskSnapshot(reading: $0, at: now) }
        )
    }

    /// The one end that every call of a shutdown waits for, whatever becomes of the callers.
    ///
    /// Made under the lock, which may start a thread there: once in a manager's life, and when it takes no more tasks.
    private func shutdownTask(_ end: @escaping @Sendable () async -> ShutdownReport) -> Task<ShutdownReport, Never> {
        read { state in
            if let shutdown = state.shutdown { return shutdown }
            let shutdown = Task.detached(executorPreference: ThreadPool.supervision) { await end() }
            state.shutdown = shutdown
            return shutdown
        }
    }

    /// Reports the tasks whose bodies do not end as cancelled.
    private func abandonAll() -> [TaskRecord] {
        change { state, now in
            let actions = state.machine.abandonAll(at: now)
            state.resolve(actions)
            return actions.compactMap { if case .finish(let record, _) = $0 { record } else { nil } }
        }
    }

    /// Whether every task ends within `time`.
    private func endsWithin(_ time: Duration) async -> Bool {
        let clock = configuration.clock
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await self.waitUntilNothingRuns()) != nil }
            group.addTask {
                try? await clock.sleep(for: time)
                return false
            }
            let isFirst = await group.next() ?? false
            group.cancelAll()
            return isFirst
        }
    }

    /// The manager's grace period, or that of a live task if one has a longer.
    private var longestGracePeriod: Duration {
        let own = read { state in state.machine.tasks.compactMap { $0.info.options.values.gracePeriod }.max() }
        return max(own ?? .zero, configuration.gracePeriod).bounded
    }

    /// How long a task's process may take to end by itself at each step of a cancel.
    func gracePeriod(of record: TaskRecord) -> Duration {
        (record.info.options.values.gracePeriod ?? configuration.gracePeriod).bounded
    }
}
