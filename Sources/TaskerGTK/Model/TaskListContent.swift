import DequeModule
import Tasker

/// The tasks that a model shows: those of the newest list that are in its states, or, while that is being told splice by splice, what
/// was told so far.
///
/// Splices are told from the last to the first, and each is made here when it is told. A publication costs what changes and not what
/// is shown; no task is kept but in the list.
struct TaskListContent {
    private(set) var list: TaskList
    /// The list before, while some of its tasks are still shown.
    private var old: TaskList?
    private let states: [TaskState]
    private let isByEnd: Bool
    // A deque, because most tasks come at one end and leave at the other.
    private var places: Deque<Place> = []
    /// What is still to be told, in order.
    private var gone: [Int] = []
    private var come: [(position: Int, place: Place)] = []

    /// Where a task stands among the others.
    private struct Place: Comparable {
        /// Zero where ends do not count.
        let end: Duration
        let id: TaskID

        static func < (lhs: Self, rhs: Self) -> Bool {
            (lhs.end, lhs.id) < (rhs.end, rhs.id)
        }
    }

    /// No more than these: GTK's own models take milliseconds for a splice among 100,000 items.
    private static let spliceLimit = 16

    /// - Parameter states: Of the tasks that are shown; if all of these are ends, the order is that of the ends, else of submission.
    init(_ list: TaskList, states: Set<TaskState> = Set(TaskState.allCases)) {
        self.list = list
        // Faster than a set, which hashes words.
        self.states = Array(states)
        isByEnd = states.allSatisfy(\.isTerminal)
        let places = list.compactMap { place(of: $0) }
        self.places = Deque(isByEnd ? places.sorted() : places)
    }

    var count: Int {
        places.count
    }

    /// The task at a position; nil beyond the last.
    func task(at position: Int) -> TaskSnapshot? {
        guard places.indices ~= position else { return nil }
        let id = places[position].id
        return list[id: id] ?? old?[id: id]
    }

    // MARK: - Changes

    /// Goes over to a newer list, of which nothing is shown yet; ``show(_:)`` follows, for each splice from the last to the first, and
    /// then ``finish()``.
    ///
    /// - Returns: The splices, first to last.
    mutating func begin(_ newer: TaskList) -> [ListSplice] {
        // A handler that was called before may have run a main loop, and then this list is not the next one but a later one.
        let isNext = isFollowed(by: newer)
        let changes = newer.changes
        let ids = isNext ? [changes.removed, changes.changed, changes.added] : [list.map(\.id), newer.map(\.id)]
        var (left, entered): ([Place], [Place]) = ([], [])
        for id in ids.joined() {
            let (before, after) = (place(of: id, in: list), place(of: id, in: newer))
            guard before != after else { continue }
            if let before { left.append(before) }
            if let after { entered.append(after) }
        }
        (old, list) = (list, newer)
        gone = Self.sortedOnce(left).map(position)
        var goneBefore = 0
        come = Self.sortedOnce(entered).enumerated().map { index, place in
            let position = position(of: place)
            while goneBefore < gone.count, gone[goneBefore] < position { goneBefore += 1 }
            return (position - goneBefore + index, place)
        }
        return ListSplice.between(removed: gone, added: come.map(\.position), limit: Self.spliceLimit)
    }

    /// Whether a list's changes are those since this one.
    func isFollowed(by newer: TaskList) -> Bool {
        newer.emission == list.emission + 1
    }

    /// Shows the newer list from a splice on.
    mutating func show(_ splice: ListSplice) {
        let range = splice.position..<(splice.position + splice.removed)
        var next = range.upperBound
        // From the last to the first, as all is told: what comes, and what stays where splices were joined.
        var places: [Place] = []
        for position in (splice.newPosition..<(splice.newPosition + splice.added)).reversed() {
            if come.last?.position == position {
                places.append(come.removeLast().place)
            } else {
                repeat { next -= 1 } while takeGone(from: next)
                places.append(self.places[next])
            }
        }
        while takeGone(from: splice.position) {}
        self.places.replaceSubrange(range, with: places.reversed())
    }

    /// Whether a task at this position goes, or behind it, which is then dealt with.
    private mutating func takeGone(from position: Int) -> Bool {
        guard let last = gone.last, last >= position else { return false }
        gone.removeLast()
        return true
    }

    /// Shows nothing but the newer list.
    ///
    /// - Returns: The list before, to be released when this is no longer being changed: an error in it may be anything of the
    ///   application's, whose end may look here.
    mutating func finish() -> TaskList? {
        old.take()
    }

    // MARK: - Places

    private func place(of id: TaskID, in list: TaskList) -> Place? {
        // The end is looked for in few, because to take a task out of the list costs more than to see its state.
        guard let state = list.state(of: id), states.contains(state) else { return nil }
        return isByEnd ? list[id: id].flatMap(place) : Place(end: .zero, id: id)
    }

    private func place(of task: TaskSnapshot) -> Place? {
        guard states.contains(task.state) else { return nil }
        return Place(end: isByEnd ? task.ended?.uptime ?? .zero : .zero, id: task.id)
    }

    /// A task that changed more than once is named more than once.
    private static func sortedOnce(_ places: [Place]) -> [Place] {
        places.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// Where something stands, or belongs.
    private func position(of place: Place) -> Int {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = low + (high - low) / 2
            if places[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
