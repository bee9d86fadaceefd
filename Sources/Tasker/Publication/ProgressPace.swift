/// When progress may be published: once an interval, and so that it takes no more than a third of the main thread, as long as one
/// publication takes no more than 50 ms of it.
///
/// Where thousands of tasks report all the time, publishing each interval would leave the main thread nothing else: measured with 10,000
/// on a machine of two cores, 8 ms of each 16, without the application's own handlers.
struct ProgressPace {
    private let interval: Duration
    /// How much of the main thread's time the publication that is under way has taken; nil: none is.
    private var cost: Duration?
    private var next: ContinuousClock.Instant?

    /// A handler that is slow once does not keep progress back for seconds.
    static let longestRest = Duration.milliseconds(100)

    init(interval: Duration) {
        self.interval = interval
    }

    /// How long it is until the next publication.
    ///
    /// - Parameter now: Not asked before the first.
    func delay(at now: () -> ContinuousClock.Instant) -> Duration {
        next.map { max(.zero, now().duration(to: $0)) } ?? .zero
    }

    mutating func begin(at now: ContinuousClock.Instant) {
        (next, cost) = (now + interval, cost ?? .zero)
    }

    /// A part of it is done.
    ///
    /// - Parameters:
    ///   - duration: How long that took.
    ///   - isLast: Whether it is all.
    /// - Returns: Whether the next publication has to wait for longer than was said when this one began.
    mutating func add(_ duration: Duration, isLast: Bool, at now: ContinuousClock.Instant) -> Bool {
        guard let cost else { return false }
        self.cost = isLast ? nil : cost + duration
        let rested = now + min((cost + duration) * 2, Self.longestRest)
        guard isLast, let next, next < rested else { return false }
        self.next = rested
        return true
    }
}
