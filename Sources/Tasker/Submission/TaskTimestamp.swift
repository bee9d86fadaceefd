public import FoundationEssentials

/// A moment in a task's life, on both clocks.
public struct TaskTimestamp: Sendable, Hashable {
    /// For durations; not moved when somebody sets the clock.
    public let instant: ContinuousClock.Instant
    /// For display.
    public let date: Date

    static func now() -> TaskTimestamp {
        TaskTimestamp(instant: .now, date: Date())
    }
}
