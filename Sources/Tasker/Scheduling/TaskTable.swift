/// Values by the id of a task, each in a slot that stays the same as long as it is there.
///
/// Ids come in order, so they are looked up in pages: neighbours share one, and the dictionary of pages is small. Measured with
/// a dictionary of ids: growing at half a million held the lock for 60 ms.
struct TaskTable<Value> {
    typealias Slot = Int32

    private struct Page {
        /// Where its slots begin in ``slotsOfPages``.
        let start: Int
        var count = 0
    }

    private var pages: [UInt64: Page] = [:]
    /// The slots of every page, side by side: an array each would be a miss of the cache more for every lookup among a million.
    private var slotsOfPages: [Slot] = []
    private var freeStarts: [Int] = []
    /// In pieces, because one array of them all is copied whole each time it grows; large, because the head of each is a miss.
    private var pieces: [[Value?]] = []
    private var free: [Slot] = []
    private(set) var count = 0
    /// The page of the newest task stays while it is empty, so that a task at a time allocates nothing.
    private var newestPage: UInt64 = 0

    /// Small enough that a task that outlives its neighbours by hours keeps 1 kB.
    private static var pageSize: Int { 256 }
    private static var pieceSize: Int { 4096 }

    /// How many slots were ever in use at once.
    var slotCount: Int {
        pieces.isEmpty ? 0 : (pieces.count - 1) * Self.pieceSize + pieces[pieces.count - 1].count
    }

    /// How many pages are kept, in use or spare.
    var pageCount: Int {
        slotsOfPages.count / Self.pageSize
    }

    func slot(of id: TaskID) -> Slot? {
        let (page, place) = Self.place(of: id)
        guard let start = pages[page]?.start else { return nil }
        let slot = slotsOfPages[start + place]
        return slot >= 0 ? slot : nil
    }

    private static func place(of id: TaskID) -> (page: UInt64, place: Int) {
        let (page, place) = id.rawValue.quotientAndRemainder(dividingBy: UInt64(pageSize))
        return (page, Int(place))
    }

    /// The value in a slot that is in use.
    subscript(slot: Slot) -> Value {
        _read {
            guard let value = pieces[Int(slot) / Self.pieceSize][Int(slot) % Self.pieceSize] else {
                preconditionFailure("Slot \(slot) of the table of tasks is not in use.")
            }
            yield value
        }
        _modify { yield &pieces[Int(slot) / Self.pieceSize][Int(slot) % Self.pieceSize]! }
    }

    /// The value in a slot, if it is in use.
    func value(at slot: Slot) -> Value? {
        pieces[Int(slot) / Self.pieceSize][Int(slot) % Self.pieceSize]
    }

    mutating func insert(_ value: Value, id: TaskID) -> Slot {
        let slot = makeSlot(value)
        let (page, place) = Self.place(of: id)
        if page > newestPage {
            releaseIfEmpty(newestPage)
            newestPage = page
        }
        let start = startOfPage(page)
        slotsOfPages[start + place] = slot
        pages[page]?.count += 1
        count += 1
        return slot
    }

    private mutating func startOfPage(_ page: UInt64) -> Int {
        if let start = pages[page]?.start { return start }
        let start = freeStarts.popLast() ?? slotsOfPages.count
        if start == slotsOfPages.count { slotsOfPages += repeatElement(-1, count: Self.pageSize) }
        pages[page] = Page(start: start)
        return start
    }

    private mutating func releaseIfEmpty(_ page: UInt64) {
        guard let known = pages[page], known.count == 0 else { return }
        pages[page] = nil
        freeStarts.append(known.start)
    }

    private mutating func makeSlot(_ value: Value) -> Slot {
        if let slot = free.popLast() {
            pieces[Int(slot) / Self.pieceSize][Int(slot) % Self.pieceSize] = value
            return slot
        }
        if pieces.last?.count ?? Self.pieceSize == Self.pieceSize { pieces.append([]) }
        let piece = pieces.count - 1
        if pieces[piece].isEmpty, piece > 0 { pieces[piece].reserveCapacity(Self.pieceSize) }
        pieces[piece].append(value)
        return Slot(piece * Self.pieceSize + pieces[piece].count - 1)
    }

    mutating func remove(_ slot: Slot, id: TaskID) -> Value {
        let value = self[slot]
        count -= 1
        if count == 0, slotCount > Self.pieceSize {
            self = TaskTable()
            return value
        }
        pieces[Int(slot) / Self.pieceSize][Int(slot) % Self.pieceSize] = nil
        free.append(slot)
        let (page, place) = Self.place(of: id)
        if let start = pages[page]?.start { slotsOfPages[start + place] = -1 }
        pages[page]?.count -= 1
        if page != newestPage { releaseIfEmpty(page) }
        return value
    }

    /// The slots that are in use.
    var slots: some Sequence<Slot> {
        (0..<Slot(slotCount)).lazy.filter { value(at: $0) != nil }
    }
}
