/// Values by the id of a task, each in a slot that stays the same as long as it is there.
///
/// Ids come in order, so they are looked up in pages of 64: neighbours share a page, and the dictionary of pages is a 64th of
/// what one of ids would be. Measured with a dictionary of ids: growing at half a million held the lock for 60 ms.
struct TaskTable<Value> {
    typealias Slot = Int32

    private struct Page {
        var slots = [Slot](repeating: -1, count: TaskTable.pageSize)
        var count = 0
    }

    private var pages: [UInt64: Page] = [:]
    /// In pieces, because one array of them all is copied whole each time it grows.
    private var pieces: [[Value?]] = []
    private var free: [Slot] = []
    private(set) var count = 0
    /// The page of the newest task stays while it is empty, so that a task at a time allocates nothing.
    private var newestPage: UInt64 = 0

    private static var pageSize: Int { 64 }
    private static var pieceSize: Int { 1024 }

    /// How many slots were ever in use at once.
    var slotCount: Int {
        pieces.isEmpty ? 0 : (pieces.count - 1) * Self.pieceSize + pieces[pieces.count - 1].count
    }

    func slot(of id: TaskID) -> Slot? {
        let (page, place) = Self.place(of: id)
        guard let slot = pages[page]?.slots[place], slot >= 0 else { return nil }
        return slot
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
            if pages[newestPage]?.count == 0 { pages[newestPage] = nil }
            newestPage = page
        }
        pages[page, default: Page()].slots[place] = slot
        pages[page]?.count += 1
        count += 1
        return slot
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
        pages[page]?.slots[place] = -1
        pages[page]?.count -= 1
        if page != newestPage, pages[page]?.count == 0 { pages[page] = nil }
        return value
    }

    /// The slots that are in use.
    var slots: some Sequence<Slot> {
        (0..<Slot(slotCount)).lazy.filter { value(at: $0) != nil }
    }
}
