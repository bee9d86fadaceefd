/// Who starts first: the greater priority, then whoever came first; waiting makes up for priority.
///
/// A waiting task gains a point of priority in each ageing interval. All gain at the same rate, so their order never changes
/// while they wait and the rank is a number that is computed once: priority × interval − the moment it began to wait. Any
/// priority fits: a product of two 64-bit numbers.
struct StartRank: Comparable {
    private let score: Int128
    private let id: TaskID

    /// - Parameter ageing: How long it takes to gain a point; nil: priorities are absolute.
    init(priority: SchedulingPriority, since: Uptime, id: TaskID, ageing: Duration?) {
        // Without ageing a point weighs more than any wait can be long.
        let interval = ageing.map { Int128(max($0.bounded.wholeNanoseconds, 1)) } ?? (Int128(1) << 63)
        score = Int128(priority.rawValue) * interval - Int128(since.nanoseconds)
        self.id = id
    }

    /// Whether `lhs` starts before `rhs`.
    static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.score == rhs.score ? lhs.id < rhs.id : lhs.score > rhs.score
    }
}
