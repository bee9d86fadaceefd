import DequeModule

/// The ended tasks that are kept for queries, up to a number and an age.
///
/// Pure; times are durations since one moment, the manager's start. What is taken out is returned with its value, because the end
/// of a value may be other people's code, which must not run under the lock that this is in.
struct FinishedTasks<Value: Sendable>: Sendable {
    /// An object, because it is looked at several times on its way through, and a value would be copied with all that it refers to.
    final class Entry: Sendable {
        let id: TaskID
        let key: String?
        /// When the task ended.
        let ended: Duration
        let value: Value

        fileprivate init(id: TaskID, key: String?, ended: Duration, value: Value) {
            (self.id, self.key, self.ended, self.value) = (id, key, ended, value)
        }
    }

    private let countLimit: Int
    private let ageLimit: Duration?

    /// A place in the order of ends; the first one and the last one are not empty.
    private struct Place {
        /// nil: taken out from between others.
        var entry: Entry?
        /// The number of the one of its key that had ended last before.
        let previous: Int?
    }

    /// In the order of their ends.
    private var places: Deque<Place> = []
    private(set) var count = 0
    /// How many places have been taken out: the number of the first one that is here.
    private var firstNumber = 0
    private var numbers: [TaskID: Int] = [:]
    private var newest: [String: Int] = [:]

    /// Hashed collections keep the room of their greatest size; small ones may.
    private static var keptCapacity: Int { 1024 }

    /// Makes an empty history.
    ///
    /// - Parameters:
    ///   - countLimit: How many are kept; zero and below keep none.
    ///   - ageLimit: How long each is kept; nil: for ever. Zero and below keep none, more than ten years counts as ten.
    init(countLimit: Int, ageLimit: Duration?) {
        self.countLimit = max(0, countLimit)
        self.ageLimit = ageLimit?.bounded
    }

    // MARK: - Reading

    /// Whether anything is kept at all.
    var keepsAny: Bool {
        countLimit > 0 && ageLimit != .zero
    }

    subscript(id: TaskID) -> Entry? {
        numbers[id].flatMap { places[$0 - firstNumber].entry }
    }

    /// The one of a key that ended last.
    subscript(key key: String) -> Entry? {
        newest[key].flatMap { places[$0 - firstNumber].entry }
    }

    var oldestFirst: some Sequence<Entry> {
        places.lazy.compactMap(\.entry)
    }

    /// When ``expire(now:)`` will take something out; nil when it never will.
    var nextExpiry: Duration? {
        guard let ageLimit, let first = places.first?.entry else { return nil }
        return first.ended + ageLimit
    }

    /// How much room is held for entries, in entries.
    var capacity: Int {
        numbers.capacity
    }

    /// How many places there are, empty ones included.
    var placeCount: Int {
        places.count
    }

    // MARK: - Changing

    /// Takes a task in that has ended, at a constant cost on average; each id once.
    ///
    /// - Parameter ended: When; if others have ended later, it counts as ended with the last of them.
    /// - Returns: What went for it, oldest first: perhaps the task itself.
    mutating func insert(_ id: TaskID, key: String?, ended: Duration, value: Value) -> [Entry] {
        let ended = max(ended.bounded, places.last?.entry?.ended ?? .zero)
        let entry = Entry(id: id, key: key, ended: ended, value: value)
        // Then nothing is here, and nothing need be.
        guard keepsAny else { return [entry] }
        append(entry)
        return removeOldest { $0.count > $0.countLimit || $0.isExpired($1, now: ended) }
    }

    private mutating func append(_ entry: Entry) {
        let number = firstNumber + places.count
        places.append(Place(entry: entry, previous: entry.key.flatMap { newest[$0] }))
        count += 1
        let previous = numbers.updateValue(number, forKey: entry.id)
        precondition(previous == nil, "A task ends once.")
        if let key = entry.key { newest[key] = number }
    }

    /// Takes out what has become too old.
    mutating func expire(now: Duration) -> [Entry] {
        removeOldest { $0.isExpired($1, now: now) }
    }

    /// Takes everything out.
    mutating func removeAll() -> [Entry] {
        firstNumber += places.count
        defer { (places, count, numbers, newest) = ([], 0, [:], [:]) }
        return Array(oldestFirst)
    }

    /// Takes one out, at a constant cost on average.
    mutating func remove(_ id: TaskID) -> Entry? {
        guard let number = numbers.removeValue(forKey: id), let entry = places[number - firstNumber].entry.take() else {
            return nil
        }
        count -= 1
        if let key = entry.key, newest[key] == number { newest[key] = previous(of: number) }
        while let last = places.last, last.entry == nil { places.removeLast() }
        dropFirstPlaces()
        closeGaps()
        releaseSpareStorage()
        return entry
    }

    /// The number of the one of the same key that had ended last before, and is here.
    private func previous(of number: Int) -> Int? {
        var previous = places[number - firstNumber].previous
        // Each that was taken out is passed once: from then on the key's newest is one before it.
        while let number = previous, number >= firstNumber, places[number - firstNumber].entry == nil {
            previous = places[number - firstNumber].previous
        }
        return previous.flatMap { $0 >= firstNumber ? $0 : nil }
    }

    /// Gives up the empty places when they are most of all: one that stays would keep those of all that come and go after it.
    private mutating func closeGaps() {
        guard places.count > 2 * count + Self.keptCapacity else { return }
        let entries = oldestFirst.map(\.self)
        (places, count, numbers, newest) = ([], 0, [:], [:])
        for entry in entries { append(entry) }
    }

    private mutating func dropFirstPlaces() {
        while let first = places.first, first.entry == nil {
            places.removeFirst()
            firstNumber += 1
        }
    }

    private func isExpired(_ entry: Entry, now: Duration) -> Bool {
        guard let ageLimit else { return false }
        return entry.ended + ageLimit <= now
    }

    private mutating func removeOldest(while isOver: (borrowing Self, Entry) -> Bool) -> [Entry] {
        var removed: [Entry] = []
        while let entry = places.first?.entry, isOver(self, entry) {
            places.removeFirst()
            count -= 1
            numbers[entry.id] = nil
            // A later task of the key stays the one that is found.
            if let key = entry.key, newest[key] == firstNumber { newest[key] = nil }
            firstNumber += 1
            removed.append(entry)
            dropFirstPlaces()
        }
        if !removed.isEmpty { releaseSpareStorage() }
        return removed
    }

    /// Gives back the room of a burst when an eighth of it is left in use: what that copies, more removals have paid for.
    private mutating func releaseSpareStorage() {
        guard capacity > Self.keptCapacity, count < capacity / 8 else { return }
        var places = Deque<Place>(minimumCapacity: places.count)
        places.append(contentsOf: self.places)
        self.places = places
        numbers = Self.compact(numbers)
        newest = Self.compact(newest)
    }

    /// A copy in a room of its own size; a dictionary made of a dictionary, or filtered without a loss, shares its room.
    private static func compact<Key>(_ dictionary: [Key: Int]) -> [Key: Int] {
        Dictionary(uniqueKeysWithValues: dictionary.lazy.map { ($0.key, $0.value) })
    }
}
