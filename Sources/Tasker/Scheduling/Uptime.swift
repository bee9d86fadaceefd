/// A moment on a manager's clock, counted from when the manager was made.
///
/// Eight bytes where a `Duration` takes sixteen: every waiting task keeps a few.
struct Uptime: Comparable, Hashable, Sendable {
    let nanoseconds: Int64

    static let zero = Uptime(nanoseconds: 0)
    /// Later than anything.
    static let never = Uptime(nanoseconds: .max)

    init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The moment when the manager has been there for `duration`: none or more, and no more than 272 years.
    init(elapsed duration: Duration) {
        nanoseconds = min(max(duration, .zero), .seconds(1 << 33)).wholeNanoseconds
    }

    static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }

    /// The moment that is `duration` later; ``never`` if that is too far off to tell.
    static func + (moment: Self, duration: Duration) -> Self {
        let (sum, overflow) = moment.nanoseconds.addingReportingOverflow(duration.bounded.wholeNanoseconds)
        return overflow ? .never : Uptime(nanoseconds: sum)
    }

    /// How long it is from `rhs` to `lhs`.
    static func - (lhs: Self, rhs: Self) -> Duration {
        .nanoseconds(lhs.nanoseconds.subtractingReportingOverflow(rhs.nanoseconds).partialValue)
    }

    /// The duration since the manager was made.
    var duration: Duration {
        .nanoseconds(nanoseconds)
    }
}

extension Duration {
    /// Of a bounded duration.
    var wholeNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
