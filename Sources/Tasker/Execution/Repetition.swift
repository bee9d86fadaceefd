/// Whether a task whose body has ended goes on with another one: another attempt, or the next iteration.
///
/// Pure but for the retry policy's predicate, so it is asked while no lock is held.
struct Repetition: Sendable {
    private let retry: RetryPolicy?
    private let plan: PeriodicPlan?
    private var schedule: PeriodicSchedule?
    /// Attempts of the current iteration, or of the task.
    private var attempt = 0
    private(set) var iteration = 0

    /// What follows on the end of a body.
    struct Decision: Sendable {
        /// When the next body may begin; nil: the task ends.
        var next: Uptime?
        /// What has happened, if more than that the task ends.
        var event: TaskEvent.Kind?
    }

    init(info: TaskInfo, retry: RetryPolicy?) {
        self.retry = retry
        plan = info.period
        schedule = info.period?.schedule(created: info.created.moment, delay: info.delay)
        // Tells it which time of its grid the first iteration stands for.
        if let plan { _ = schedule?.next(after: info.created.moment.duration, policy: plan.overrun) }
    }

    mutating func begin(at now: Uptime) {
        attempt += 1
        if attempt == 1 { schedule?.begin(at: now.duration) }
    }

    /// - Parameter pause: How long another attempt has to wait at least.
    mutating func end(_ outcome: TaskOutcome, at now: Uptime, random: Double, pause: Duration) -> Decision {
        if case .failure(let error) = outcome,
            let backoff = retry?.delay(after: error, ofAttempt: attempt, random: random)
        {
            let delay = max(backoff, pause)
            return Decision(next: now + delay, event: .retrying(attempt: attempt + 1, after: delay, error: error))
        }
        guard let plan, let result = outcome.result else { return Decision() }
        attempt = 0
        iteration += 1
        var decision = Decision(event: .iteration(number: iteration, result: result))
        let isLast = iteration >= plan.count ?? .max
        if case .failure = result, !plan.survivesFailures { return decision }
        if !isLast, let next = schedule?.next(after: now.duration, policy: plan.overrun) {
            decision.next = Uptime(elapsed: next)
        }
        return decision
    }
}
