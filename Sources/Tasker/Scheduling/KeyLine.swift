import DequeModule

/// The tasks of one key that have not ended, in order; only the first may be ready or run.
///
/// A task that leaves from the middle stays as a stale place until it is at an end or stale places are the majority, so that
/// cancelling 50,000 enqueued tasks is not quadratic.
struct KeyLine {
    private var places: Deque<TaskID> = []
    private var live: Set<TaskID> = []

    var isEmpty: Bool {
        live.isEmpty
    }

    /// The task whose turn it is.
    ///
    /// Both ends of `places` are always live.
    var first: TaskID? {
        places.first
    }

    var newest: TaskID? {
        places.last
    }

    var tasks: [TaskID] {
        places.filter { live.contains($0) }
    }

    mutating func append(_ id: TaskID) {
        places.append(id)
        live.insert(id)
    }

    mutating func remove(_ id: TaskID) {
        guard live.remove(id) != nil else { return }
        while let first = places.first, !live.contains(first) { places.removeFirst() }
        while let last = places.last, !live.contains(last) { places.removeLast() }
        if places.count > 64, places.count > 2 * live.count { places.removeAll { !live.contains($0) } }
    }
}
