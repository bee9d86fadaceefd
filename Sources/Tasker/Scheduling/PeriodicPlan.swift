/// When a periodic task runs again, and when no more.
struct PeriodicPlan: Sendable {
    var interval: Duration
    var overrun: OverrunPolicy
    /// How many iterations there are; nil: no end.
    var count: Int?
    /// Whether an iteration that fails is not the last one.
    var survivesFailures: Bool

    /// The times of the iterations of a task that was submitted at `created`.
    func schedule(created: Uptime, delay: Duration) -> PeriodicSchedule {
        PeriodicSchedule(first: (created + delay).duration, interval: interval)
    }
}
