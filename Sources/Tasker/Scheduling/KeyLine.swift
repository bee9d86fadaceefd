import DequeModule

/// The tasks of one key that have not ended, in order; only the first may be ready or run.
///
/// A task that leaves from the middle stays as a stale place until it is at an end or stale places are the majority, so that
/// cancelling 50,000 enqueued tasks is not quadratic. A key with one task, which nearly every key is, allocates nothing.
struct KeyLine {
    /// The task whose turn it is.
    private(set) var first: TaskID
    private var others: Deque<TaskID> = []
    private var live: Set<TaskID> = []

    init(_ first: TaskID) {
        self.first = first
    }

    /// Both ends are always live.
    var newest: TaskID {
        others.last ?? first
    }

    var tasks: [TaskID] {
        [first] + others.filter { live.contains($0) }
    }

    mutating func append(_ id: TaskID) {
        others.append(id)
        live.insert(id)
    }

    /// Takes a task out.
    ///
    /// - Returns: Whether any is left; if not, the line is to be forgotten.
    mutating func remove(_ id: TaskID) -> Bool {
        if id == first {
            guard let next = others.popFirst() else { return false }
            live.remove(next)
            first = next
        } else if live.remove(id) == nil {
            return true
        }
        while let next = others.first, !live.contains(next) { others.removeFirst() }
        while let last = others.last, !live.contains(last) { others.removeLast() }
        if others.count > 64, others.count > 2 * live.count { others.removeAll { !live.contains($0) } }
        return true
    }

    /// A way along the line in which no task comes twice: what comes before each of 50,000 tasks are 1,250 million.
    struct Walk {
        private let tasks: [TaskID]
        private let places: [TaskID: Int]
        /// How many have been named, from the first one on.
        private var named = 0

        fileprivate init(_ tasks: [TaskID]) {
            self.tasks = tasks
            places = Dictionary(uniqueKeysWithValues: zip(tasks, tasks.indices))
        }

        /// The tasks whose turns come before that of `id`, without those that were named before.
        mutating func tasks(before id: TaskID) -> ArraySlice<TaskID> {
            guard let place = places[id], place > named else { return [] }
            defer { named = place }
            return tasks[named..<place]
        }
    }

    func makeWalk() -> Walk {
        Walk(tasks)
    }

    /// The tasks whose turns come before that of `id`.
    func tasks(before id: TaskID) -> [TaskID] {
        guard id != first else { return [] }
        return [first] + others.prefix { $0 != id }.filter { live.contains($0) }
    }
}
