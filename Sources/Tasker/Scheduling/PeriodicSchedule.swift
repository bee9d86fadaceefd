/// When the iterations of a periodic task begin: on the grid of its first time and its interval, so that nothing drifts.
///
/// Pure; times are durations since one moment, the manager's start. An iteration stands for every time of the grid that has
/// passed when it begins, so a machine that was suspended for a day finds one iteration due and not a day's worth.
struct PeriodicSchedule: Sendable {
    private let first: Duration
    let interval: Duration
    /// The last time of the grid that an iteration that has begun stands for; −1 before the first.
    private var begun: Int128 = -1
    /// The time of the grid that the next iteration will stand for.
    private var scheduled: Int128 = 0

    /// The intervals that are kept; others count as the nearer of them.
    static let intervals = Duration.milliseconds(1)...Duration.seconds(10 * 365 * 86_400)
    /// The times that are kept: 34,000 years, so that differences do not overflow.
    private static let latest = Duration.seconds(1 << 40)

    /// Makes the schedule of a task no iteration of which has begun.
    ///
    /// - Parameters:
    ///   - first: The time of the first iteration; a negative one counts as zero.
    ///   - interval: At least 1 ms and at most ten years.
    init(first: Duration, interval: Duration) {
        self.first = Self.kept(first)
        self.interval = min(max(interval, Self.intervals.lowerBound), Self.intervals.upperBound)
    }

    /// When the next iteration is to begin: `now` or later.
    ///
    /// May be asked again, at a later time, as long as that iteration has not begun: after a pause.
    ///
    /// - Parameter policy: What happens when times of the grid have passed since the last iteration began. The first
    ///   iteration is never left out.
    mutating func next(after now: Duration, policy: OverrunPolicy) -> Duration {
        let now = Self.kept(now)
        let passed = index(at: now)
        if passed <= begun {
            scheduled = begun + 1
        } else if begun < 0 || policy == .runLate {
            scheduled = passed
            return now
        } else {
            scheduled = passed + 1
        }
        return time(of: scheduled)
    }

    /// Notes that the iteration that ``next(after:policy:)`` told begins, perhaps late.
    mutating func begin(at now: Duration) {
        // A timer that rounds may be early; then the iteration stands for the time that it was meant for.
        begun = max(scheduled, index(at: Self.kept(now)))
    }

    /// The last time of the grid that has come; −1 before the first.
    private func index(at now: Duration) -> Int128 {
        now < first ? -1 : (now - first).attoseconds / interval.attoseconds
    }

    private func time(of index: Int128) -> Duration {
        first + Duration(attoseconds: index * interval.attoseconds)
    }

    private static func kept(_ time: Duration) -> Duration {
        min(max(time, .zero), latest)
    }
}
