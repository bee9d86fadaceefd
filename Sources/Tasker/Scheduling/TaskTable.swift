/// Values by the id of a task, each in a slot that stays the same as long as it is there.
///
/// Ids come in order, so they share pages of slots, and only pages are looked up: an id's place in its page is known. Measured
/// with a dictionary of ids: growing at half a million held the lock for 60 ms; with a slot of its own for each value: to find
/// it was a miss of the cache more for every lookup among a million.
struct TaskTable<Value> {
    typealias Slot = Int32

    /// The first slots of pages that are in use, or were last.
    private var pages: [UInt64: Slot] = [:]
    /// Which slots of a page of slots are in use, a bit for each: asking the slot itself would copy what is in it.
    private var uses: [UInt64] = []
    /// The first slots of pages that are not in use.
    private var freePages: [Slot] = []
    /// In pieces, because one array of them all is copied whole each time it grows; large, because the head of each is a miss.
    private var pieces: [[Value?]] = []
    private(set) var count = 0
    /// The page of the newest task stays while it is empty, so that a task at a time allocates nothing.
    private var newestPage: UInt64 = 0

    /// Small enough that a task that outlives its neighbours by hours keeps 5 kB.
    static var pageSize: Int { UInt64.bitWidth }
    private static var pieceSize: Int { 4096 }

    /// How many slots there are, in use or spare.
    var slotCount: Int {
        pieces.isEmpty ? 0 : (pieces.count - 1) * Self.pieceSize + pieces[pieces.count - 1].count
    }

    func slot(of id: TaskID) -> Slot? {
        let (page, place) = Self.place(of: id)
        guard let slot = pages[page].map({ $0 + place }), isUsed(slot) else { return nil }
        return slot
    }

    private func isUsed(_ slot: Slot) -> Bool {
        uses[Int(slot) / Self.pageSize] >> (Int(slot) % Self.pageSize) & 1 == 1
    }

    private static func place(of id: TaskID) -> (page: UInt64, place: Slot) {
        let (page, place) = id.rawValue.quotientAndRemainder(dividingBy: UInt64(pageSize))
        return (page, Slot(place))
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
        let (page, place) = Self.place(of: id)
        if page > newestPage {
            releaseIfEmpty(newestPage)
            newestPage = page
        }
        let slot = firstSlot(of: page) + place
        pieces[Int(slot) / Self.pieceSize][Int(slot) % Self.pieceSize] = value
        uses[Int(slot) / Self.pageSize] |= 1 << (Int(slot) % Self.pageSize)
        count += 1
        return slot
    }

    private mutating func firstSlot(of page: UInt64) -> Slot {
        if let first = pages[page] { return first }
        let first = freePages.popLast() ?? makePage()
        pages[page] = first
        return first
    }

    private mutating func makePage() -> Slot {
        let first = Slot(slotCount)
        if Int(first) % Self.pieceSize == 0 { pieces.append([]) }
        let piece = pieces.count - 1
        if pieces[piece].isEmpty, piece > 0 { pieces[piece].reserveCapacity(Self.pieceSize) }
        pieces[piece] += repeatElement(nil, count: Self.pageSize)
        uses.append(0)
        return first
    }

    private mutating func releaseIfEmpty(_ page: UInt64) {
        guard let first = pages[page], uses[Int(first) / Self.pageSize] == 0 else { return }
        pages[page] = nil
        freePages.append(first)
    }

    mutating func remove(_ slot: Slot, id: TaskID) -> Value {
        let value = self[slot]
        count -= 1
        if count == 0, slotCount > Self.pieceSize {
            self = TaskTable()
            return value
        }
        pieces[Int(slot) / Self.pieceSize][Int(slot) % Self.pieceSize] = nil
        uses[Int(slot) / Self.pageSize] &= ~(1 << (Int(slot) % Self.pageSize))
        let (page, _) = Self.place(of: id)
        if page != newestPage { releaseIfEmpty(page) }
        return value
    }

    /// The slots that are in use.
    var slots: some Sequence<Slot> {
        (0..<Slot(slotCount)).lazy.filter(isUsed)
    }
}
