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

        /// Whether nobody waits, and nothing is anything of the application's.
        var isForgettable: Bool {
            repetition == nil && pauseHook == nil && pauseWaiters.isEmpty && waiters.isEmpty
        }
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
        get { onDemand.value }
        _modify { yield &onDemand.value }
    }

    /// The course of a task to which something has happened, for looking at a part of it.
    var begun: OnDemand<Course>.Box? {
        onDemand.box
    }

    init(start: TaskRecord.Start, priority: SchedulingPriority) {
        self.start = start
        self.priority = priority
    }

    /// Ends the task.
    ///
    /// - Parameter isKept: Whether it is kept, so that it can be begun again if it may be.
    /// - Returns: Also what it leaves behind, to be released where no lock is held.
    mutating func end(
        _ outcome: TaskOutcome,
        _ info: TaskInfo,
        cancelReason: CancelReason?,
        report: TaskCell.Report,
        isKept: Bool,
        at now: Uptime
    ) -> (kept: KeptTask, remains: Remains) {
        course.end(cancelReason, at: now)
        var facts = TaskSnapshot.Facts(begun, report, at: now)
        if case .failure(let error) = outcome { facts.error = error }
        let retrial = takeRetrial()
        facts.isRetryable = retrial != nil && isKept && !outcome.isSuccess
        let progress = outcome.isSuccess ? 1 : report.progress
        var mark = begun?.value.mark
        mark?.end(outcome.state)
        if !facts.isRetryable { mark = nil } else if mark == nil { mark = TaskMark(ended: outcome.state) }
        let snapshot = TaskSnapshot(info, outcome.state, progress, priority, facts)
        ended = Ended(outcome, snapshot, mark)
        defer { (start, onDemand) = (nil, OnDemand()) }
        return (
            KeptTask(snapshot: snapshot, retrial: facts.isRetryable ? retrial : nil, mark: mark),
            Remains(course: onDemand, start: start, retrial: retrial)
        )
    }

    /// What a task that has ended leaves behind.
    struct Remains: @unchecked Sendable {
        // `@unchecked`: the course's box is nobody else's any more.

        let course: OnDemand<Course>
        /// The body that never ran, if so.
        let start: TaskRecord.Start?
        /// What begins the task again, if somebody may.
        let retrial: Retrial?

        /// Whether nobody waits, and nothing is anything of the application's.
        var isEmpty: Bool {
            start == nil && retrial == nil && course.box?.value.isForgettable != false
        }
    }

    private mutating func takeRetrial() -> Retrial? {
        guard let retrial = callbacks.box?.value.retrial else { return nil }
        callbacks.value.retrial = nil
        return retrial
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

    mutating func end(_ cancelReason: CancelReason?, at now: Uptime) {
        timings.end(at: now)
        (isStandingStill, isPaused, nextStart) = (false, false, nil)
        if self.cancelReason == nil { self.cancelReason = cancelReason }
    }

    /// A body has ended, and another one will begin.
    mutating func wait(until next: TaskTimestamp, at now: Uptime) {
        nextStart = next
        isStandingStill = false
        timings.pause(at: now)
    }
}
