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

    /// Gives back the room of a burst when it is over.
    mutating func releaseSpareStorage() {
        dependencies.releaseSpareStorage()
        dependants.releaseSpareStorage()
    }

    /// The tasks that one waits for.
    func dependencies(of id: TaskID) -> Set<TaskID> {
        dependencies[id] ?? []
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
    /// - Parameter tasksBefore: The tasks of the same key whose turn is earlier: a task waits for them too. Those that it has
    ///   named before it need not name again.
    func leads(from starts: [TaskID], to goals: Set<TaskID>, tasksBefore: (TaskID) -> ArraySlice<TaskID>) -> Bool {
        var visited = Set(starts)
        var open = starts
        while let id = open.popLast() {
            if goals.contains(id) { return true }
            for next in dependencies[id] ?? [] where visited.insert(next).inserted { open.append(next) }
            for next in tasksBefore(id) where visited.insert(next).inserted { open.append(next) }
        }
        return false
    }
}
