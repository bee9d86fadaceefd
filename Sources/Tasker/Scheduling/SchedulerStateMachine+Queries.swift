extension SchedulerStateMachine {
    /// The newest task of a key that has not ended.
    func newest(of key: String) -> Task? {
        guard let newest = lines[key].flatMap({ entry($0.newest) }), newest.phase != .abandoned else { return nil }
        return newest.task
    }

    /// The task of an id that has not ended, or whose body has not.
    func task(_ id: TaskID) -> Task? {
        entry(id)?.task
    }

    /// The tasks that have not ended, or whose bodies have not.
    var tasks: [Task] {
        table.slots.map { table[$0].task }
    }

    /// Some of ``tasks``.
    ///
    /// - Returns: Those in a range of slots, and where to go on; below zero when that was all.
    func tasks(from begin: Int, count: Int) -> (tasks: [Task], next: Int) {
        let end = min(begin + count, table.slotCount)
        guard begin < end else { return ([], -1) }
        let tasks = (begin..<end).compactMap { table.value(at: Slot($0))?.task }
        return (tasks, end < table.slotCount ? end : -1)
    }

    /// Whether a task was asked to end, not only an attempt of it.
    func isCancelled(_ id: TaskID) -> Bool {
        entry(id)?.flags.contains(.isCancelled) ?? false
    }

    /// Whether a body stands still: paused, or waiting for a slot to go on.
    func isStandingStill(_ id: TaskID) -> Bool {
        guard let entry = entry(id), entry.flags.contains(.hasBody) else { return false }
        return entry.phase == .parked || entry.phase == .ready
    }

    /// Whether another task may wait.
    var hasRoom: Bool {
        pendingCount < limits.pending ?? .max
    }

    func entry(_ id: TaskID) -> Entry? {
        table.slot(of: id).map { table[$0] }
    }

    func tasksBefore(_ id: TaskID) -> [TaskID] {
        guard let key = entry(id)?.key else { return [] }
        return lines[key]?.tasks(before: id) ?? []
    }

    /// Whether any of the tasks is one of `goals`, or waits for one, for whatever reason.
    func leads(from starts: [TaskID], to goals: Set<TaskID>) -> Bool {
        var walks: [String: KeyLine.Walk] = [:]
        return dependencies.leads(from: starts, to: goals) { id in
            guard let key = entry(id)?.key, let line = lines[key], line.first != id else { return [] }
            return walks[key, default: line.makeWalk()].tasks(before: id)
        }
    }
}
