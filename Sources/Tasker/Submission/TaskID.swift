import Synchronization

/// The identity of a task: unique in the process for ever, never reused.
public struct TaskID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The number; later submitted tasks have greater ones.
    public let rawValue: UInt64

    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    private static let last = Atomic<UInt64>(0)

    static func next() -> TaskID {
        TaskID(rawValue: last.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// Whether `lhs` was submitted before `rhs`.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.rawValue < rhs.rawValue
    }

    /// The number as text.
    public var description: String {
        String(rawValue)
    }
}
