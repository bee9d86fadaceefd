/// How early a waiting task starts: a greater number before a smaller one, equal ones in the order of submission.
///
/// Waiting makes up for priority; see <doc:PrioritiesAndLimits>. Any integer will do: `priority: 40`.
public struct SchedulingPriority: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    /// The number; greater starts earlier.
    public let rawValue: Int

    /// Makes a priority of a number.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Makes a priority of a number.
    public init(integerLiteral value: Int) {
        rawValue = value
    }

    /// −100: what nobody waits for.
    public static let low = SchedulingPriority(rawValue: -100)
    /// 0.
    public static let normal = SchedulingPriority(rawValue: 0)
    /// 100: what somebody looks at and waits for.
    public static let high = SchedulingPriority(rawValue: 100)

    /// Whether `lhs` starts after `rhs`.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}
