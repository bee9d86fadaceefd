/// Who starts first: the greater priority, then whoever came first; waiting makes up for priority.
///
/// A waiting task gains a point of priority in each ageing interval. All gain at the same rate, so their order never changes
/// while they wait and the rank is a number that is computed once: priority × interval − the moment it began to wait. Any
/// priority fits: a product of two 64-bit numbers.
struct StartRank: Comparable {
    // The score in two halves, and half of the id: a million of them wait in heaps, and an `Int128`, which lies on 16 bytes,
    // made that half as much again.
    private let high: Int64
    private let low: UInt64
    private let id: UInt32

    /// - Parameter ageing: How many nanoseconds it takes to gain a point; nil: priorities are absolute.
    init(priority: SchedulingPriority, since: Uptime, id: TaskID, ageing: Int64?) {
        let priority = Int64(priority.rawValue)
        // Without ageing a point weighs more than any wait can be long: 2^63. In two words, because `Int128` calls for each operation.
        let absolute = (priority >> 1, UInt64(priority & 1) << 63)
        let (weight, rest) = ageing.map { priority.multipliedFullWidth(by: $0) } ?? absolute
        let (difference, borrows) = rest.subtractingReportingOverflow(UInt64(bitPattern: since.nanoseconds))
        low = difference
        high = weight &- (since.nanoseconds >> 63) &- (borrows ? 1 : 0)
        self.id = UInt32(truncatingIfNeeded: id.rawValue)
    }

    /// Whether `lhs` starts before `rhs`.
    static func < (lhs: Self, rhs: Self) -> Bool {
        if lhs.high != rhs.high { return lhs.high > rhs.high }
        if lhs.low != rhs.low { return lhs.low > rhs.low }
        // Two that wait at once are never two billion tasks apart.
        return Int32(bitPattern: lhs.id &- rhs.id) < 0
    }
}
