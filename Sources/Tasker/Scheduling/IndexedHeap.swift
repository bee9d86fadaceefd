/// A heap whose items can be found again, so that one can be moved or removed from the middle in O(log n).
///
/// The item with the least key comes first. Where each item stands is kept by the owner, in a table that several heaps can
/// share as long as an item is in one of them at most. Four children a node: a node's children lie side by side, and with
/// a million items there are ten levels instead of twenty. Rejected: leaving removed items in place as stale ones until they are
/// the majority, because clearing them out of a million holds the scheduler's lock for tens of milliseconds.
struct IndexedHeap<Key: Comparable> {
    struct Element {
        var key: Key
        let item: Int32
    }

    private var elements: [Element] = []

    var first: Element? {
        elements.first
    }

    var count: Int {
        elements.count
    }

    /// Puts an item in, or gives the one that is there another key.
    mutating func set(_ item: Int32, _ key: Key, _ positions: inout HeapPositions) {
        if let position = positions[item] {
            elements[position].key = key
            sift(from: position, &positions)
        } else {
            elements.append(Element(key: key, item: item))
            siftUp(from: elements.count - 1, &positions)
        }
    }

    /// Takes an item out.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    mutating func remove(_ item: Int32, _ positions: inout HeapPositions) -> Bool {
        guard let position = positions[item] else { return false }
        positions[item] = nil
        let last = elements.removeLast()
        if position < elements.count {
            elements[position] = last
            sift(from: position, &positions)
        }
        // A burst's room is given back when the burst is over.
        if elements.isEmpty, elements.capacity > 1024 { elements = [] }
        return true
    }

    private mutating func sift(from position: Int, _ positions: inout HeapPositions) {
        if position > 0, elements[position].key < elements[(position - 1) / 4].key {
            siftUp(from: position, &positions)
        } else {
            siftDown(from: position, &positions)
        }
    }

    private mutating func siftUp(from start: Int, _ positions: inout HeapPositions) {
        let moving = elements[start]
        var hole = start
        while hole > 0 {
            let parent = (hole - 1) / 4
            guard moving.key < elements[parent].key else { break }
            elements[hole] = elements[parent]
            positions[elements[hole].item] = hole
            hole = parent
        }
        elements[hole] = moving
        positions[moving.item] = hole
    }

    private mutating func siftDown(from start: Int, _ positions: inout HeapPositions) {
        let moving = elements[start]
        var hole = start
        while true {
            let begin = hole * 4 + 1
            guard begin < elements.count else { break }
            var least = begin
            for child in begin..<min(begin + 4, elements.count) where elements[child].key < elements[least].key {
                least = child
            }
            guard elements[least].key < moving.key else { break }
            elements[hole] = elements[least]
            positions[elements[hole].item] = hole
            hole = least
        }
        elements[hole] = moving
        positions[moving.item] = hole
    }
}

/// Where small whole numbers stand: in an ``IndexedHeap``, or in an array.
struct HeapPositions {
    private var positions: [Int32] = []

    subscript(item: Int32) -> Int? {
        get {
            let item = Int(item)
            guard item < positions.count, positions[item] >= 0 else { return nil }
            return Int(positions[item])
        }
        set {
            let item = Int(item)
            while positions.count <= item { positions.append(-1) }
            positions[item] = Int32(newValue ?? -1)
        }
    }

    /// Gives back the room of a burst, when nothing stands anywhere.
    mutating func releaseSpareStorage() {
        if positions.count > 1024 { positions = [] }
    }
}
