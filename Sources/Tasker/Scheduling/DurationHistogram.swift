/// How long something took, over all the times it happened: percentiles in fixed memory.
///
/// A value; any thread.
///
/// ```swift
/// let waiting = taskManager.statistics.waitingTime
/// if let median = waiting.median, let slow = waiting.percentile(0.95) {
///     print("Half of \(waiting.count) tasks waited \(median) at most, 19 of 20 no longer than \(slow).")
/// }
/// ```
///
/// A percentile is off by at most 1/32 (3.1 %) of the true one, and by less than a nanosecond below 16 ns; ``minimum`` and
/// ``maximum`` are exact to the nanosecond. Durations below zero count as zero, those above ten years as ten years.
public struct DurationHistogram: Sendable {
    /// How many durations were recorded.
    public private(set) var count = 0
    /// The shortest duration; nil when nothing was recorded.
    public var minimum: Duration? {
        count == 0 ? nil : .nanoseconds(least)
    }
    /// The longest duration; nil when nothing was recorded.
    public var maximum: Duration? {
        count == 0 ? nil : .nanoseconds(greatest)
    }
    /// The duration that half of those recorded do not exceed; nil when nothing was recorded.
    public var median: Duration? {
        percentile(0.5)
    }

    // Buckets on a logarithmic scale, as in HdrHistogram: 16 for each power of two, so that a bucket is at most 1/16 of its
    // lower bound wide and its middle at most 1/32 away from what was recorded. Below 16 ns a bucket a nanosecond.
    // Ten years are less than 2^59 ns: 896 counters, 7 KiB, and none before the first duration.
    private var counts: [Int] = []
    private var least: UInt64 = .max
    private var greatest: UInt64 = 0

    private static let mantissaBits = 4
    private static let bucketCount = bucket(of: nanoseconds(.seconds(Int64.max))) + 1

    init() {}

    /// The duration that a part of those recorded does not exceed: the nearest-rank percentile.
    ///
    /// - Parameter fraction: The part, 0…1; what is outside counts as the nearer of the two. 0 gives the shortest duration, 1 the
    ///   longest.
    /// - Returns: Nil when nothing was recorded, or `fraction` is no number.
    public func percentile(_ fraction: Double) -> Duration? {
        guard count > 0, !fraction.isNaN else { return nil }
        var left = rank(of: min(max(fraction, 0), 1))
        if left == 1 { return minimum }
        if left == count { return maximum }
        for (bucket, count) in counts.enumerated() {
            left -= count
            if left <= 0 { return .nanoseconds(min(max(Self.middle(of: bucket), least), greatest)) }
        }
        return maximum
    }

    /// Counts a duration, at a constant cost.
    mutating func record(_ duration: Duration) {
        let nanoseconds = Self.nanoseconds(duration)
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.bucketCount) }
        counts[Self.bucket(of: nanoseconds)] += 1
        count += 1
        least = min(least, nanoseconds)
        greatest = max(greatest, nanoseconds)
    }

    /// Which of the durations, sorted and counted from 1, is the percentile.
    private func rank(of fraction: Double) -> Int {
        let exact = fraction * Double(count)
        // A product that rounding has lifted above a whole number (0.07 · 100) is that number.
        let whole = exact.rounded()
        return max(1, Int(abs(exact - whole) <= 2 * exact.ulp ? whole : exact.rounded(.up)))
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.bounded.components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }

    private static func bucket(of value: UInt64) -> Int {
        let exponent = UInt64.bitWidth - 1 - value.leadingZeroBitCount - mantissaBits
        // The first power of two above the exact ones has the same width as they.
        guard exponent > 0 else { return Int(value) }
        return exponent << mantissaBits + Int(value >> UInt64(exponent))
    }

    private static func middle(of bucket: Int) -> UInt64 {
        let exponent = max(0, bucket >> mantissaBits - 1)
        let lowest = UInt64(bucket - exponent << mantissaBits) << UInt64(exponent)
        return lowest + (1 << UInt64(exponent)) / 2
    }
}
