extension SchedulerStateMachine {
    /// Cancels one task.
    ///
    /// - Returns: Whether that changed anything.
    mutating func cancel(_ id: TaskID, reason: CancelReason, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        var actions: [Action] = []
        let changed = cancel(id, reason, &actions)
        if changed { settle(&actions) }
        return (changed, actions)
    }

    /// Cancels every task of a key.
    mutating func cancel(key: String, reason: CancelReason, at time: Uptime) -> (count: Int, actions: [Action]) {
        cancel(lines[key]?.tasks ?? [], reason: reason, at: time)
    }

    /// Cancels every task of a scope.
    mutating func cancel(scope: ScopeID, reason: CancelReason, at time: Uptime) -> (count: Int, actions: [Action]) {
        cancel((scopes[scope] ?? []).sorted(), reason: reason, at: time)
    }

    /// Cancels every task, or every one that waits for its first start; those first that wait, so that none of them is started.
    mutating func cancelAll(
        reason: CancelReason,
        pendingOnly: Bool = false,
        at time: Uptime
    ) -> (count: Int, actions: [Action]) {
        let waiting = ids { $0.isPending }
        let begun = pendingOnly ? [] : ids { !$0.isPending }
        return cancel(waiting + begun, reason: reason, at: time)
    }

    /// Those tasks of the table, oldest first.
    func ids(where isIncluded: (Entry) -> Bool) -> [TaskID] {
        table.slots.filter { isIncluded(table[$0]) }.map { table[$0].id }.sorted()
    }

    mutating func cancel(
        _ ids: [TaskID],
        reason: CancelReason,
        at time: Uptime
    ) -> (count: Int, actions: [Action]) {
        advance(to: time)
        var actions: [Action] = []
        var count = 0
        for id in ids where cancel(id, reason, &actions) { count += 1 }
        // Only now: one that came forward when an earlier one left has been cancelled too by then.
        settle(&actions)
        return (count, actions)
    }

    @discardableResult
    mutating func cancel(_ id: TaskID, _ reason: CancelReason, _ actions: inout [Action]) -> Bool {
        guard let slot = table.slot(of: id), table[slot].isLive else { return false }
        // Whoever gives this reason means what it does to a task whose time is up.
        end(slot, reason == .timeout ? .timedOut : .cancelled(reason), &actions)
        return true
    }

    /// Ends a task that has not been asked to end: at once if no body runs, else when that has ended.
    mutating func end(_ slot: Slot, _ ending: Ending, _ actions: inout [Action]) {
        let entry = table[slot]
        guard entry.flags.contains(.hasBody) else {
            actions.append(.finish(entry.task, ending))
            return retire(slot, succeeded: false)
        }
        let reason: CancelReason = if case .cancelled(let reason) = ending { reason } else { .timeout }
        cancelReasons[entry.id] = reason
        table[slot].flags.insert(.isCancelled)
        actions.append(.cancelBody(entry.task, reason))
        if entry.phase != .running || entry.flags.contains(.isTold) {
            // It ends without a slot of its own if it gave it back: cancelling does not wait for room.
            leaveQueue(slot)
            table[slot].phase = .running
            table[slot].flags.remove(.isTold)
            actions.append(.resumeBody(entry.task))
        }
        if entry.flags.contains(.isAbandonable) {
            abandon(slot, ending, &actions)
        }
        setTimer(slot)
    }
}
