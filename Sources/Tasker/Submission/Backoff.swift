import Glibc

/// How long a task waits between a failed attempt and the next one.
///
/// A value; any thread. Delays are zero to ten years and, where there is a maximum, never above it. What a
/// backoff amounts to can be computed:
///
/// ```swift
/// let backoff = Backoff.exponential(initial: .seconds(1), maximum: .seconds(30), jitter: 0)
/// let delays = (1...6).map { backoff.delay(beforeRetry: $0, random: 0) }
/// print(delays)  // 1, 2, 4, 8, 16 and 30 seconds
/// ```
public struct Backoff: Hashable, Sendable {
    private enum Growth: Hashable {
        case linear
        /// By a finite factor of at least 1.
        case exponential(factor: Double)
    }

    private let initial: Duration
    private let growth: Growth
    private let maximum: Duration
    /// 0…1.
    private let jitter: Double

    private init(initial: Duration, growth: Growth, maximum: Duration, jitter: Double = 0) {
        self.initial = initial.bounded
        self.growth = growth
        self.maximum = maximum.bounded
        self.jitter = jitter
    }

    /// The same delay before every retry.
    ///
    /// - Parameter delay: A negative one counts as zero, more than ten years as ten.
    public static func constant(_ delay: Duration) -> Backoff {
        Backoff(initial: delay, growth: .exponential(factor: 1), maximum: delay)
    }

    /// Grows by the same step with every retry: `step`, 2 · `step`, 3 · `step` and so on.
    ///
    /// - Parameters:
    ///   - step: The first delay; a negative one counts as zero, more than ten years as ten.
    ///   - maximum: No delay is longer; a negative one counts as zero, more than ten years as ten.
    public static func linear(_ step: Duration, maximum: Duration = .seconds(60)) -> Backoff {
        Backoff(initial: step, growth: .linear, maximum: maximum)
    }

    /// Grows by the same factor with every retry, and spreads what many tasks would otherwise do at the same moment.
    ///
    /// - Parameters:
    ///   - initial: The first delay; a negative one counts as zero, more than ten years as ten.
    ///   - factor: What each delay is multiplied by to give the next; less than 1 and NaN count as 1.
    ///   - maximum: No delay is longer; a negative one counts as zero, more than ten years as ten.
    ///   - jitter: How much of each delay is left to chance, 0…1: with 0.5 it is shortened by up to a half. What is outside
    ///     counts as the nearer of the two, NaN as 0.
    public static func exponential(
        initial: Duration = .seconds(1),
        factor: Double = 2,
        maximum: Duration = .seconds(60),
        jitter: Double = 0.5
    ) -> Backoff {
        // Infinity times nothing, when the first delay is zero, would be NaN.
        let factor = factor >= 1 ? min(factor, .greatestFiniteMagnitude) : 1
        return Backoff(
            initial: initial,
            growth: .exponential(factor: factor),
            maximum: maximum,
            jitter: fraction(jitter)
        )
    }

    /// The delay before a retry, to the nanosecond.
    ///
    /// Pure: the same arguments give the same delay.
    ///
    /// - Parameters:
    ///   - retry: Which retry, counted from 1; zero and below count as 1.
    ///   - random: What is left to chance, 0 to below 1: 0 gives the longest delay. What is outside counts as the nearer of
    ///     0 and 1, NaN as 0.
    public func delay(beforeRetry retry: Int, random: Double) -> Duration {
        let retry = max(1, retry)
        let multiple: Double =
            switch growth {
            case .linear: Double(retry)
            case .exponential(let factor): initial == .zero ? 1 : pow(factor, Double(retry - 1))
            }
        let longest = multiplied(initial, by: multiple)
        return jitter == 0 ? longest : multiplied(longest, by: 1 - jitter * Self.fraction(random))
    }

    /// A product that is no longer than the maximum, in whole nanoseconds.
    private func multiplied(_ delay: Duration, by multiple: Double) -> Duration {
        // A product of 1 is left as it is: more than 104 days in nanoseconds are not exact in a double.
        guard multiple != 1 else { return min(delay, maximum) }
        let nanoseconds = (delay / .nanoseconds(1) * multiple).rounded()
        // What is at the maximum or beyond, infinity included, fits no integer.
        guard nanoseconds < maximum / .nanoseconds(1) else { return maximum }
        return .nanoseconds(Int64(nanoseconds))
    }

    private static func fraction(_ value: Double) -> Double {
        value.isNaN ? 0 : min(max(value, 0), 1)
    }
}
