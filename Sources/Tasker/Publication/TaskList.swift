/// The tasks of a manager as they were published last, in the order of submission, and what changed since the emission before.
///
/// Holds every task that has not ended, and the ended ones up to ``TaskManagerConfiguration/finishedTaskLimit``. A value:
/// keeping it is safe, and costs the manager one copy of the list.
public struct TaskList: BidirectionalCollection, Sendable {
    /// What changed since the emission before.
    public private(set) var changes = TaskChanges()
    /// How many tasks the list holds.
    public private(set) var count = 0

    // Removing leaves a hole, and holes are closed when they are the majority: an ended task leaves from the middle of
    // 100,000 at no more cost than from the end.
    private var slots: ContiguousArray<TaskSnapshot?> = []
    private var positions: [TaskID: Int] = [:]
    /// Every slot before this one is a hole.
    private var head = 0

    init() {}

    /// A place in the list.
    public struct Index: Comparable, Sendable {
        let slot: Int

        /// Whether `lhs` comes before `rhs`.
        public static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.slot < rhs.slot
        }
    }

    /// The oldest task's place.
    public var startIndex: Index {
        Index(slot: firstTask(from: head))
    }

    /// The place behind the newest task.
    public var endIndex: Index {
        Index(slot: slots.count)
    }

    /// The place of the next newer task.
    public func index(after index: Index) -> Index {
        Index(slot: firstTask(from: index.slot + 1))
    }

    /// The place of the next older task.
    public func index(before index: Index) -> Index {
        var slot = index.slot - 1
        while slots[slot] == nil { slot -= 1 }
        return Index(slot: slot)
    }

    /// The task at a place.
    public subscript(index: Index) -> TaskSnapshot {
        guard let snapshot = slots[index.slot] else {
            preconditionFailure("An index of a TaskList is valid only for the list it was taken from.")
        }
        return snapshot
    }

    /// The task with an id, if the list holds it.
    public subscript(id id: TaskID) -> TaskSnapshot? {
        positions[id].flatMap { slots[$0] }
    }

    private func firstTask(from slot: Int) -> Int {
        var slot = slot
        while slot < slots.count, slots[slot] == nil { slot += 1 }
        return slot
    }

    // MARK: - Changing

    mutating func beginChanges() {
        changes = TaskChanges()
    }

    mutating func update(_ snapshot: TaskSnapshot) {
        if let position = positions[snapshot.id] {
            slots[position] = snapshot
            changes.changed.append(snapshot.id)
        } else {
            positions[snapshot.id] = slots.count
            slots.append(snapshot)
            count += 1
            changes.added.append(snapshot.id)
        }
    }

    mutating func remove(_ id: TaskID) {
        guard let position = positions.removeValue(forKey: id) else { return }
        slots[position] = nil
        count -= 1
        changes.removed.append(id)
        if position == head { head = firstTask(from: head) }
        if slots.count > 64, slots.count > 2 * count { compact() }
    }

    private mutating func compact() {
        // Rebuilt, not emptied in place: that would keep the room of the longest list there was.
        slots = ContiguousArray(slots.lazy.filter { $0 != nil })
        head = 0
        positions = Dictionary(minimumCapacity: count)
        for (position, snapshot) in slots.enumerated() {
            if let snapshot { positions[snapshot.id] = position }
        }
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
