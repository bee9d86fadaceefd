import Tasker

/// The tasks that a model shows: those of the newest list, or, while that is being told splice by splice, of two lists.
///
/// Splices are told from the last to the first, so what was told already is the end of the new list, and the rest the beginning of
/// the old one. Nothing is copied.
struct TaskListContent {
    private(set) var list: TaskList
    private var positions: TaskList.Positions
    /// The list before, while its first tasks are still shown.
    private var old: (list: TaskList, positions: TaskList.Positions, count: Int)?
    /// How many of the newest list's last tasks are shown.
    private var tail: Int

    /// No more than these: GTK's own models take milliseconds for a splice among 100,000 items.
    private static let spliceLimit = 16

    init(_ list: TaskList) {
        self.list = list
        positions = list.positions
        tail = list.count
    }

    var count: Int {
        (old?.count ?? 0) + tail
    }

    /// The task at a position; nil beyond the last.
    func task(at position: Int) -> TaskSnapshot? {
        guard 0..<count ~= position else { return nil }
        if let old, position < old.count {
            let task = old.list.task(at: position, old.positions)
            // Only its place is the old one.
            return list[id: task.id] ?? task
        }
        return list.task(at: list.count - count + position, positions)
    }

    /// Goes over to a newer list, of which nothing is shown yet; ``show(_:)`` follows, for each splice from the last to the first, and
    /// then ``finish()``.
    ///
    /// - Returns: The splices, first to last.
    mutating func begin(_ newer: TaskList) -> [ListSplice] {
        let (before, newerPositions) = (self, newer.positions)
        // A handler that was called before may have run a main loop, and then this list is not the next one but a later one.
        let isNext = isFollowed(by: newer)
        let gone = isNext ? newer.changes.removed : before.list.map(\.id)
        let come = isNext ? newer.changes.added : newer.map(\.id)
        // What came and went in between is in neither.
        let removed = gone.filter { newer[id: $0] == nil }
            .compactMap { before.list.position(of: $0, before.positions) }
        let added = come.filter { before.list[id: $0] == nil }.compactMap { newer.position(of: $0, newerPositions) }
        (list, positions) = (newer, newerPositions)
        old = (before.list, before.positions, before.list.count)
        tail = 0
        return ListSplice.between(removed: removed.sorted(), added: added.sorted(), limit: Self.spliceLimit)
    }

    /// Whether a list's changes are those since this one.
    func isFollowed(by newer: TaskList) -> Bool {
        newer.emission == list.emission + 1
    }

    /// Shows the newer list from a splice on.
    mutating func show(_ splice: ListSplice) {
        old?.count = splice.position
        tail = list.count - splice.newPosition
    }

    /// Shows nothing but the newer list.
    ///
    /// - Returns: The list before, to be released when this is no longer being changed: an error in it may be anything of the
    ///   application's, whose end may look here.
    mutating func finish() -> TaskList? {
        defer { (old, tail) = (nil, list.count) }
        return old?.list
    }
}
