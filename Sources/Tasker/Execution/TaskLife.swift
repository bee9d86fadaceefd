/// What changes in the life of a task, but for what its body reports; belongs inside the record's lock.
///
/// Small, because a million may wait; what comes with running lies elsewhere.
struct TaskLife {
    typealias IterationHandler = @MainActor @Sendable (TaskIteration<any Sendable>) -> Void

    /// What the application wants to be told.
    struct Callbacks: EmptyAtFirst {
        var whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)?
        var whenDone: (@MainActor @Sendable () -> Void)?
        var whenIteration: IterationHandler?
        /// What begins the task again, if somebody may.
        var retrial: Retrial?
    }

    /// Where the task has got to.
    struct Course: EmptyAtFirst {
        var repetition: Repetition?
        var cancelReason: CancelReason?
        /// Whether somebody paused this very task.
        var isPaused = false
        /// Whether its body stands still, whoever paused it.
        var isStandingStill = false
        /// Whether the event of a pause was the last one of those of pauses.
        var isToldPaused = false
        /// How many bodies have begun.
        var attempt = 0
        /// When the next body may begin, if none runs and it is not the first one of a task without a delay.
        var nextStart: TaskTimestamp?
        var timings = TaskTimings()
        var waiters = WaiterList()
        /// For those that may be begun again after this one, without keeping it.
        var mark: TaskMark?
        var pauseHook: (@Sendable () -> Void)?
        var pauseWaiters: [@Sendable () -> Void] = []
    }

    /// What is left when the task has ended: what its body, or a thread that it left behind, does later changes nothing.
    final class Ended: Sendable {
        let outcome: TaskOutcome
        let snapshot: TaskSnapshot
        /// Of a task that may be begun again, for those that are still to wait for it.
        let mark: TaskMark?

        init(_ outcome: TaskOutcome, _ snapshot: TaskSnapshot, _ mark: TaskMark?) {
            self.outcome = outcome
            self.snapshot = snapshot
            self.mark = mark
        }
    }

    /// Runs the body; kept as long as there may be another.
    var start: TaskRecord.Start?
    /// As it was submitted, or as it was set since.
    var priority: SchedulingPriority
    var callbacks = OnDemand<Callbacks>()
    /// nil: the task has not ended; from then on there is no course.
    private(set) var ended: Ended?
    private var onDemand = OnDemand<Course>()

    var course: Course {
        _read { yield onDemand.value }
        _modify { yield &onDemand.value }
    }

    init(start: @escaping TaskRecord.Start, priority: SchedulingPriority) {
        self.start = start
        self.priority = priority
    }

    /// Whether anything has happened to the task.
    var hasCourse: Bool {
        onDemand.isInUse
    }

    /// Ends the task.
    ///
    /// - Parameter isKept: Whether it is kept, so that it can be begun again if it may be.
    /// - Returns: What it leaves behind, to be released where no lock is held.
    mutating func end(
        _ outcome: TaskOutcome,
        _ info: TaskInfo,
        cancelReason: CancelReason?,
        report: TaskCell.Report,
        isKept: Bool,
        at now: Uptime
    ) -> (course: Course, start: TaskRecord.Start?, retrial: Retrial?) {
        var course = onDemand.take() ?? Course()
        course.timings.end(at: now)
        (course.isStandingStill, course.isPaused, course.nextStart) = (false, false, nil)
        if course.cancelReason == nil { course.cancelReason = cancelReason }
        var facts = TaskSnapshot.Facts(course, report, at: now)
        if case .failure(let error) = outcome { facts.error = error }
        let retrial = takeRetrial()
        facts.isRetryable = retrial != nil && isKept && !outcome.isSuccess
        let progress = outcome.isSuccess ? 1 : report.progress
        course.mark?.end(outcome.state)
        if facts.isRetryable, course.mark == nil { course.mark = TaskMark(ended: outcome.state) }
        let snapshot = TaskSnapshot(info, outcome.state, progress, priority, facts)
        ended = Ended(outcome, snapshot, facts.isRetryable ? course.mark : nil)
        defer { start = nil }
        return (course, start, retrial)
    }

    private mutating func takeRetrial() -> Retrial? {
        guard callbacks.isInUse else { return nil }
        defer { callbacks.value.retrial = nil }
        return callbacks.value.retrial
    }
}

extension TaskLife.Course {
    mutating func begin(at now: Uptime) {
        attempt += 1
        nextStart = nil
        isStandingStill = false
        timings.begin(at: now)
        repetition?.begin(at: now)
    }

    /// A body has ended, and another one will begin.
    mutating func wait(until next: TaskTimestamp, at now: Uptime) {
        nextStart = next
        isStandingStill = false
        timings.pause(at: now)
    }
}
