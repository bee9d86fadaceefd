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
        await shutdownTask(cancelPending: cancelPending) { await self.end(waitingFor: deadline.bounded) }.value
    }

    private func end(waitingFor deadline: Duration) async -> ShutdownReport {
        var abandoned: [TaskRecord] = []
        if await !endsWithin(deadline) {
            _ = cancelAll(reason: .shutdown)
            // Told, TERM, KILL: two periods until a process is killed, and a third for bodies and the news of the end.
            if await !endsWithin(longestGracePeriod * 3) { abandoned = abandonAll() }
        }
        // Nobody cancels this task.
        try? await publisher.waitUntilEnded()
        if workers.workerCount > 0 {
            // Each period may be none; the news of an end takes its time.
            try? await within(longestGracePeriod * 2 + .seconds(5), for: "the workers' end") {
                await self.workers.end()
            }
        }
        let cutOff = read { state in
            defer { (state.cutOff, state.shutdown) = ([:], nil) }
            return state.cutOff.values.sorted { $0.id < $1.id }
        }
        let now = time.now()
        return ShutdownReport(
            cancelled: cutOff.filter { $0.state == .cancelled }.map { $0.snapshot(at: now) },
            abandoned: abandoned.sorted { $0.id < $1.id }.map { $0.snapshot(at: now) }
        )
    }

    /// The one end that every call of a shutdown waits for, whatever becomes of the callers; refuses new work from now on.
    ///
    /// Both in one step, so that nobody starts the manager in between, and what closing cuts off is in the report. The end is made
    /// under the lock, which may start a thread there: once in a manager's life, and when it takes no more tasks.
    private func shutdownTask(
        cancelPending: Bool,
        _ end: @escaping @Sendable () async -> ShutdownReport
    ) -> Task<ShutdownReport, Never> {
        change { state, now in
            let shutdown = state.shutdown ?? Task.detached(executorPreference: ThreadPool.supervision) { await end() }
            if state.shutdown == nil {
                state.shutdown = shutdown
                state.resolve(state.machine.close(at: now))
            }
            // Also for a second call, which may ask for more than the first.
            if cancelPending {
                state.resolve(state.machine.cancelAll(reason: .shutdown, pendingOnly: true, at: now).actions)
            }
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
        (try? await within(time, for: "the end") { try await self.waitUntilNothingRuns() }) != nil
    }

    /// The manager's grace period, or that of a live task if one has a longer.
    private var longestGracePeriod: Duration {
        let own = read { state in state.machine.tasks.compactMap { $0.info.options.shared.values.gracePeriod }.max() }
        return max(own ?? .zero, configuration.gracePeriod).bounded
    }

    /// How long a task's process may take to end by itself at each step of a cancel.
    func gracePeriod(of record: TaskRecord) -> Duration {
        (record.info.options.shared.values.gracePeriod ?? configuration.gracePeriod).bounded
    }
}
