/// The lanes of all groups, and which of them could start a task of each kind.
///
/// A lane that has room and a task waiting for a slot stands in the kind's heap by the rank of its first task, so that choosing
/// who starts costs O(log n) in the number of groups.
struct LaneTable {
    typealias Slot = TaskTable<Never>.Slot

    private var lanes: [Lane?] = [Lane(name: nil)]
    private var numbers: [String: Int32] = [:]
    private var free: [Int32] = []
    private var heads = TaskKind.allCases.map { _ in IndexedHeap<StartRank>() }
    private var headPositions = TaskKind.allCases.map { _ in HeapPositions() }

    subscript(number: Int32) -> Lane {
        _read {
            guard let lane = lanes[Int(number)] else { preconditionFailure("Lane \(number) is not in use.") }
            yield lane
        }
        _modify { yield &lanes[Int(number)]! }
    }

    /// The lanes in use.
    var all: [Int32] {
        lanes.indices.filter { lanes[$0] != nil }.map(Int32.init)
    }

    func number(of group: String) -> Int32? {
        numbers[group]
    }

    /// The lane of a group, made if there is none.
    mutating func makeNumber(of group: String) -> Int32 {
        if let number = numbers[group] { return number }
        let number = free.popLast() ?? Int32(lanes.count)
        if Int(number) == lanes.count { lanes.append(nil) }
        lanes[Int(number)] = Lane(name: group)
        numbers[group] = number
        return number
    }

    /// Counts a task in.
    mutating func enter(group: String?) -> Int32 {
        let number = group.map { makeNumber(of: $0) } ?? 0
        self[number].count += 1
        return number
    }

    /// Counts a task out; a group that nobody has anything to do with is forgotten.
    mutating func leave(_ number: Int32) {
        self[number].count -= 1
        releaseIfSpare(number)
    }

    mutating func releaseIfSpare(_ number: Int32) {
        guard self[number].isSpare, let name = self[number].name else { return }
        lanes[Int(number)] = nil
        numbers[name] = nil
        free.append(number)
    }

    // MARK: - Heads

    /// The lane whose first task of a kind would start next, and that task.
    func first(of kind: Int) -> (rank: StartRank, lane: Int32, slot: Slot)? {
        guard let head = heads[kind].first, let first = self[head.item].queues[kind].first else { return nil }
        return (head.key, head.item, first.item)
    }

    /// Brings the heap of a kind up to date after a lane's queue or its room changed.
    mutating func updateHead(of number: Int32, kind: Int) {
        if self[number].hasRoom, let first = self[number].queues[kind].first {
            heads[kind].set(number, first.key, &headPositions[kind])
        } else {
            heads[kind].remove(number, &headPositions[kind])
        }
    }

    mutating func updateHeads(of number: Int32) {
        for kind in heads.indices { updateHead(of: number, kind: kind) }
    }
}
