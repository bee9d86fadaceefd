public import FoundationEssentials

/// A moment in a task's life, on both clocks.
public struct TaskTimestamp: Sendable, Hashable {
    let moment: Uptime
    /// For display.
    public let date: Date

    init(_ moment: Uptime) {
        self.moment = moment
        date = Date()
    }

    /// A moment that lies ahead.
    init(_ moment: Uptime, now: Uptime) {
        self.init(moment, after: TaskTimestamp(now))
    }

    /// A moment that follows on another one.
    init(_ moment: Uptime, after earlier: TaskTimestamp) {
        self.moment = moment
        let ahead = (moment - earlier.moment).components
        date = earlier.date + Double(ahead.seconds) + Double(ahead.attoseconds) / 1e18
    }

    /// How long after the manager was made, on the manager's clock; not moved when somebody sets the time.
    public var uptime: Duration {
        moment.duration
    }

    /// How long it is from this moment to another one of the same manager.
    public func duration(to other: TaskTimestamp) -> Duration {
        other.moment - moment
    }
}
