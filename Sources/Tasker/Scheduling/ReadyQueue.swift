import HeapModule

/// The tasks of one kind that could start; the one of the highest rank first.
///
/// A task that leaves early (cancelled) stays in the heap as a stale entry until it is at the top or stale entries are
/// the majority; that makes leaving O(1) and keeps memory within twice what is alive. Rejected: a linked list a
/// priority, which needs links in every entry and gains only the logarithm.
struct ReadyQueue<Rank: Comparable> {
    struct Element: Comparable {
        let rank: Rank
        let id: TaskID

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.rank < rhs.rank
        }
    }

    private var heap = Heap<Element>()
    private var live: Set<TaskID> = []

    mutating func insert(_ id: TaskID, rank: Rank) {
        heap.insert(Element(rank: rank, id: id))
        live.insert(id)
    }

    mutating func remove(_ id: TaskID) {
        guard live.remove(id) != nil, !releaseSpareStorage() else { return }
        guard heap.count > 64, heap.count > 2 * live.count else { return }
        heap = Heap(heap.unordered.filter { live.contains($0.id) })
    }

    /// The task that would start next, if any.
    mutating func first() -> Element? {
        while let top = heap.max {
            if live.contains(top.id) { return top }
            heap.removeMax()
        }
        return nil
    }

    mutating func removeFirst() {
        guard let top = first() else { return }
        heap.removeMax()
        live.remove(top.id)
        releaseSpareStorage()
    }

    @discardableResult
    private mutating func releaseSpareStorage() -> Bool {
        guard live.hasSpareStorage else { return false }
        self = ReadyQueue()
        return true
    }
}

/// Who starts first: the greater priority, then whoever came first.
struct StartRank: Comparable {
    let priority: Int
    let sequence: UInt64

    static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.priority == rhs.priority ? lhs.sequence > rhs.sequence : lhs.priority < rhs.priority
    }
}
