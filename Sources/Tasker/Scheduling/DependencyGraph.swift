/// Which tasks wait for which others to end.
struct DependencyGraph {
    /// What a task waits for.
    private var dependencies: [TaskID: Set<TaskID>] = [:]
    /// What waits for a task.
    private var dependants: [TaskID: Set<TaskID>] = [:]

    mutating func add(_ id: TaskID, on dependency: TaskID) {
        dependencies[id, default: []].insert(dependency)
        dependants[dependency, default: []].insert(id)
    }

    /// The tasks that wait for one, oldest first.
    func dependants(of id: TaskID) -> [TaskID] {
        (dependants[id] ?? []).sorted()
    }

    /// One that a task waited for has ended.
    ///
    /// - Returns: Whether it waits for no other.
    mutating func satisfy(_ id: TaskID, of dependency: TaskID) -> Bool {
        remove(id, from: dependency)
        dependencies[id]?.remove(dependency)
        guard dependencies[id]?.isEmpty ?? true else { return false }
        dependencies[id] = nil
        return true
    }

    /// A task waits no more.
    mutating func remove(_ id: TaskID) {
        for dependency in dependencies.removeValue(forKey: id) ?? [] { remove(id, from: dependency) }
    }

    private mutating func remove(_ id: TaskID, from dependency: TaskID) {
        dependants[dependency]?.remove(id)
        if dependants[dependency]?.isEmpty == true { dependants[dependency] = nil }
    }

    /// Whether any of the tasks is one of `goals`, or waits for one, directly or through others.
    ///
    /// - Parameter tasksBefore: The tasks of the same key whose turn is earlier: a task waits for them too.
    func leads(from starts: [TaskID], to goals: Set<TaskID>, tasksBefore: (TaskID) -> [TaskID]) -> Bool {
        var visited = Set(starts)
        var open = starts
        // Those before a task are before all that come after it in its line, so a line is gone through once and not for each
        // of its tasks: 5000 of a key held the lock for two seconds.
        var inLine: Set<TaskID> = []
        while let id = open.popLast() {
            if goals.contains(id) { return true }
            var next = dependencies[id] ?? []
            if !inLine.contains(id) {
                let earlier = tasksBefore(id)
                inLine.formUnion(earlier)
                next.formUnion(earlier)
            }
            for id in next where visited.insert(id).inserted { open.append(id) }
        }
        return false
    }
}
