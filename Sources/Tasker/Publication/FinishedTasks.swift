import DequeModule

/// The ended tasks that are kept for queries, up to a number and an age.
///
/// Pure; times are durations since one moment, the manager's start. What is taken out is returned with its value, because the end
/// of a value may be other people's code, which must not run under the lock that this is in.
struct FinishedTasks<Value: Sendable>: Sendable {
    struct Entry: Sendable {
        let id: TaskID
        let key: String?
        /// When the task ended.
        let ended: Duration
        let value: Value
    }

    private let countLimit: Int
    private let ageLimit: Duration?

    /// In the order of their ends.
    private var entries: Deque<Entry> = []
    /// How many entries have been taken out: the number of the first one that is here.
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

    var count: Int {
        entries.count
    }

    subscript(id: TaskID) -> Entry? {
        numbers[id].map { entries[$0 - firstNumber] }
    }

    /// The one of a key that ended last.
    subscript(key key: String) -> Entry? {
        newest[key].map { entries[$0 - firstNumber] }
    }

    var oldestFirst: some RandomAccessCollection<Entry> {
        entries
    }

    /// When ``expire(now:)`` will take something out; nil when it never will.
    var nextExpiry: Duration? {
        guard let ageLimit, let first = entries.first else { return nil }
        return first.ended + ageLimit
    }

    /// How much room is held for entries, in entries.
    var capacity: Int {
        numbers.capacity
    }

    // MARK: - Changing

    /// Takes a task in that has ended, at a constant cost on average; each id once.
    ///
    /// - Parameter ended: When; if others have ended later, it counts as ended with the last of them.
    /// - Returns: What went for it, oldest first: perhaps the task itself.
    mutating func insert(_ id: TaskID, key: String?, ended: Duration, value: Value) -> [Entry] {
        let ended = max(ended.bounded, entries.last?.ended ?? .zero)
        let entry = Entry(id: id, key: key, ended: ended, value: value)
        // Then nothing is here, and nothing need be.
        if countLimit == 0 || ageLimit == .zero { return [entry] }
        let number = firstNumber + entries.count
        entries.append(entry)
        let previous = numbers.updateValue(number, forKey: id)
        precondition(previous == nil, "A task ends once.")
        if let key { newest[key] = number }
        return removeOldest { $0.entries.count > $0.countLimit || $0.isExpired($1, now: ended) }
    }

    /// Takes out what has become too old.
    mutating func expire(now: Duration) -> [Entry] {
        removeOldest { $0.isExpired($1, now: now) }
    }

    /// Takes everything out.
    mutating func removeAll() -> [Entry] {
        firstNumber += entries.count
        defer { (entries, numbers, newest) = ([], [:], [:]) }
        return Array(entries)
    }

    private func isExpired(_ entry: Entry, now: Duration) -> Bool {
        guard let ageLimit else { return false }
        return entry.ended + ageLimit <= now
    }

    private mutating func removeOldest(while isOver: (borrowing Self, Entry) -> Bool) -> [Entry] {
        var removed: [Entry] = []
        while let entry = entries.first, isOver(self, entry) {
            entries.removeFirst()
            numbers[entry.id] = nil
            // A later task of the key stays the one that is found.
            if let key = entry.key, newest[key] == firstNumber { newest[key] = nil }
            firstNumber += 1
            removed.append(entry)
        }
        if !removed.isEmpty { releaseSpareStorage() }
        return removed
    }

    /// Gives back the room of a burst when an eighth of it is left in use: what that copies, more removals have paid for.
    private mutating func releaseSpareStorage() {
        guard capacity > Self.keptCapacity, entries.count < capacity / 8 else { return }
        var entries = Deque<Entry>(minimumCapacity: entries.count)
        entries.append(contentsOf: self.entries)
        self.entries = entries
        numbers = Self.compact(numbers)
        newest = Self.compact(newest)
    }

    /// A copy in a room of its own size; a dictionary made of a dictionary, or filtered without a loss, shares its room.
    private static func compact<Key>(_ dictionary: [Key: Int]) -> [Key: Int] {
        Dictionary(uniqueKeysWithValues: dictionary.lazy.map { ($0.key, $0.value) })
    }
}
