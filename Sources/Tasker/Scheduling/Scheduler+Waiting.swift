extension Scheduler {
    /// Does something that waits, for no longer than `timeout`; what has happened already is in time.
    ///
    /// - Throws: ``TaskerError/Code/waitTimedOut``, and what `operation` throws.
    func within(
        _ timeout: Duration?,
        for purpose: @autoclosure () -> String,
        _ operation: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard let timeout else { return try await operation() }
        let end = time.now() + timeout
        let time = time
        let isInTime = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await operation()
                return true
            }
            group.addTask {
                try await time.sleep(end)
                return false
            }
            defer { group.cancelAll() }
            if try await group.next() == true { return true }
            // Which of the two ended first is chance if neither had to wait.
            group.cancelAll()
            return (try? await group.next()) ?? false
        }
        guard !isInTime else { return }
        throw TaskerError(
            .waitTimedOut,
            "Waiting for \(purpose()) took longer than \(timeout); it goes on, wait again if you like."
        )
    }

    /// Returns when a task that is submitted would be taken in, as far as one can tell.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    func waitForRoom() async throws {
        try await WaiterList.wait(
            add: { ticket, waiter in
                read { state in
                    guard !state.machine.hasRoom, !state.machine.isClosed else { return false }
                    state.roomWaiters.add(ticket, waiter)
                    return true
                }
            },
            remove: { ticket in read { $0.roomWaiters.remove(ticket) } }
        )
    }

    /// Returns when no task waits or runs; only of a manager that is closed.
    func waitUntilNothingRuns() async throws {
        try await WaiterList.wait(
            add: { ticket, waiter in
                read { state in
                    guard !state.machine.isIdle else { return false }
                    state.shutdownWaiters.add(ticket, waiter)
                    return true
                }
            },
            remove: { ticket in read { $0.shutdownWaiters.remove(ticket) } }
        )
    }
}
