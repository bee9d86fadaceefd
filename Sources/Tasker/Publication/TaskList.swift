import DequeModule

/// The tasks of a manager as they were published last, in the order of submission, and what changed since the emission before.
///
/// Holds every task that has not ended, and the ended ones up to ``TaskManagerConfiguration/finishedTaskLimit``. A value, and
/// cheap to keep: a list that was kept shares all that has not changed since.
public struct TaskList: BidirectionalCollection, Sendable {
    /// What changed since the emission before.
    public private(set) var changes = TaskChanges()
    /// How many tasks the list holds.
    public private(set) var count = 0
    /// How many emissions there had been, this one included: with the one before, the changes lead to this list.
    package private(set) var emission: UInt64 = 0
    /// The tasks that have left the list since the emission before, as they were last.
    package private(set) var left: [TaskSnapshot] = []

    // Sorted by id, which is the order of submission, in short pieces: finding takes a binary search, and changing touches a
    // piece, so that 100,000 tasks cost a drain hardly more than a hundred; of a list that somebody keeps, a drain copies the
    // pieces that change and the row of references to all. Measured with one array and a dictionary of positions: drains
    // of 23 ms when those grew, and a copy of everything in each when somebody kept the list.
    private var pieces: Deque<Piece> = []

    /// Never empty.
    private struct Piece {
        /// No task here is older, but in the first piece; beside the tasks, so that a search stays within the deque's own memory.
        let bound: TaskID
        var tasks: [TaskSnapshot]

        init(_ tasks: some Collection<TaskSnapshot>) {
            self.tasks = Array(tasks)
            bound = self.tasks[0].id
        }
    }

    /// How many tasks a piece holds before it is cut in two.
    private static let pieceLimit = 64

    init() {}

    /// A place in the list.
    public struct Index: Comparable, Sendable {
        fileprivate let piece: Int
        fileprivate let offset: Int

        /// Whether `lhs` comes before `rhs`.
        public static func < (lhs: Self, rhs: Self) -> Bool {
            (lhs.piece, lhs.offset) < (rhs.piece, rhs.offset)
        }
    }

    /// The oldest task's place.
    public var startIndex: Index {
        Index(piece: 0, offset: 0)
    }

    /// The place behind the newest task.
    public var endIndex: Index {
        Index(piece: pieces.count, offset: 0)
    }

    /// The place of the next newer task.
    public func index(after index: Index) -> Index {
        let next = index.offset + 1
        return next < pieces[index.piece].tasks.count
            ? Index(piece: index.piece, offset: next) : Index(piece: index.piece + 1, offset: 0)
    }

    /// The place of the next older task.
    public func index(before index: Index) -> Index {
        index.offset > 0
            ? Index(piece: index.piece, offset: index.offset - 1)
            : Index(piece: index.piece - 1, offset: pieces[index.piece - 1].tasks.count - 1)
    }

    /// The task at a place.
    public subscript(index: Index) -> TaskSnapshot {
        precondition(
            index.piece < pieces.count && index.offset < pieces[index.piece].tasks.count,
            "An index of a TaskList is valid only for the list it was taken from."
        )
        return pieces[index.piece].tasks[index.offset]
    }

    /// The task with an id, if the list holds it.
    public subscript(id id: TaskID) -> TaskSnapshot? {
        index(of: id).map { self[$0] }
    }

    /// The state of the task with an id, if the list holds it; without a copy of the rest.
    package func state(of id: TaskID) -> TaskState? {
        index(of: id).map { pieces[$0.piece].tasks[$0.offset].state }
    }

    private func index(of id: TaskID) -> Index? {
        let place = place(of: id)
        return holds(id, at: place) ? place : nil
    }

    /// Where a task is or belongs.
    private func place(of id: TaskID) -> Index {
        guard !pieces.isEmpty else { return endIndex }
        // Where nearly every new task goes.
        let last = pieces.count - 1
        let end = pieces[last].tasks.count
        guard pieces[last].tasks[end - 1].id >= id else { return Index(piece: last, offset: end) }
        let piece = Swift.max(0, Self.firstIndex(below: pieces.count) { pieces[$0].bound > id } - 1)
        let tasks = pieces[piece].tasks
        return Index(piece: piece, offset: Self.firstIndex(below: tasks.count) { tasks[$0].id >= id })
    }

    /// The first index that satisfies `predicate`, as every one behind it does; `count` if none does.
    private static func firstIndex(below count: Int, where predicate: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if predicate(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func holds(_ id: TaskID, at place: Index) -> Bool {
        place.piece < pieces.count && place.offset < pieces[place.piece].tasks.count && self[place].id == id
    }

    // MARK: - Changing

    /// - Returns: What had left the list, to be released when it is no longer being changed: an error may be anything of the
    ///   application's.
    @discardableResult
    mutating func beginChanges() -> [TaskSnapshot] {
        defer { (changes, left) = (TaskChanges(), []) }
        return left
    }

    mutating func noteEmission() {
        emission += 1
    }

    /// Shows a task as it is now, or for the first time.
    ///
    /// - Returns: How it was shown before.
    @discardableResult
    mutating func update(_ snapshot: TaskSnapshot) -> TaskSnapshot? {
        let place = place(of: snapshot.id)
        guard holds(snapshot.id, at: place) else {
            insert(snapshot, at: place)
            count += 1
            changes.added.append(snapshot.id)
            return nil
        }
        var shown = snapshot
        swap(&shown, &pieces[place.piece].tasks[place.offset])
        changes.changed.append(snapshot.id)
        return shown
    }

    private mutating func insert(_ snapshot: TaskSnapshot, at place: Index) {
        let limit = Self.pieceLimit
        if place.piece == pieces.count {
            pieces.append(Piece([snapshot]))
        } else if pieces[place.piece].tasks.count < limit {
            pieces[place.piece].tasks.insert(snapshot, at: place.offset)
        } else if place.offset == limit {
            // At the end of a full piece, where nearly every task goes: pieces stay full.
            pieces.insert(Piece([snapshot]), at: place.piece + 1)
        } else {
            pieces.insert(Piece(pieces[place.piece].tasks[(limit / 2)...]), at: place.piece + 1)
            pieces[place.piece].tasks.removeSubrange((limit / 2)...)
            insert(snapshot, at: self.place(of: snapshot.id))
        }
    }

    /// Takes a piece and the next one together when both have become short, and drops an empty one.
    private mutating func closeGap(after piece: Int) {
        let next = piece + 1
        if next < pieces.count, pieces[piece].tasks.count + pieces[next].tasks.count <= Self.pieceLimit / 2 {
            pieces[piece].tasks += pieces[next].tasks
            pieces.remove(at: next)
        }
        if pieces[piece].tasks.isEmpty { pieces.remove(at: piece) }
    }

    /// - Returns: How it was shown before.
    @discardableResult
    mutating func remove(_ id: TaskID) -> TaskSnapshot? {
        guard let place = index(of: id) else { return nil }
        let shown = pieces[place.piece].tasks.remove(at: place.offset)
        left.append(shown)
        closeGap(after: place.piece)
        if pieces.isEmpty { pieces = [] }
        count -= 1
        changes.removed.append(id)
        return shown
    }
}

/// What changed in a ``TaskList`` since the emission before.
///
/// A task that came and went between two emissions is among the added and among the removed, and not in the list. A task
/// that changed more than once may be named more than once.
public struct TaskChanges: Sendable {
    /// Tasks that were not in the list before.
    public internal(set) var added: [TaskID] = []
    /// Tasks whose snapshot is another one now.
    public internal(set) var changed: [TaskID] = []
    /// Tasks that have left the list.
    public internal(set) var removed: [TaskID] = []

    /// Whether nothing changed.
    public var isEmpty: Bool {
        added.isEmpty && changed.isEmpty && removed.isEmpty
    }
}
