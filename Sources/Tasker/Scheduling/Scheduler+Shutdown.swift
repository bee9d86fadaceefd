extension Scheduler {
    /// See ``TaskManagerProxy/shutdown(waitingFor:cancelPending:)``.
    func shutdown(waitingFor deadline: Duration, cancelPending: Bool) async {
        close()
        await shutdownTask { await self.end(waitingFor: deadline.bounded, cancelPending: cancelPending) }.value
    }

    private func end(waitingFor deadline: Duration, cancelPending: Bool) async {
        if cancelPending { _ = cancelAll(reason: .shutdown, pendingOnly: true) }
        if await !endsWithin(deadline) {
            _ = cancelAll(reason: .shutdown)
            // Told, TERM, KILL: two periods until a process is killed, and a third for bodies and the news of the end.
            if await !endsWithin(longestGracePeriod * 3) { abandonAll() }
        }
        // Nobody cancels this task.
        try? await publisher.waitUntilEnded()
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
}
