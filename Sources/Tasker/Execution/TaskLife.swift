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
    }

    /// Where the task has got to.
    struct Course: EmptyAtFirst {
        var repetition: Repetition?
        /// nil: as it was submitted.
        var priority: SchedulingPriority?
        var cancelReason: CancelReason?
        var outcome: TaskOutcome?
        var isRefused = false
        /// Whether somebody paused this very task.
        var isPaused = false
        /// Whether its body stands still, whoever paused it.
        var isStandingStill = false
        /// How many bodies have begun.
        var attempt = 0
        /// When another body begins.
        var nextStart: TaskTimestamp?
        var timings = TaskTimings()
        /// What the body had reported when the task ended; what it, or a thread it left behind, reports later is ignored.
        var lastReport: TaskCell.Report?
        var waiters = WaiterList()
        var pauseHook: (@Sendable () -> Void)?
        var pauseWaiters: [@Sendable () -> Void] = []
    }

    /// Runs the body; kept as long as there may be another.
    var start: TaskRecord.Start?
    var callbacks = OnDemand<Callbacks>()
    private var onDemand = OnDemand<Course>()

    var course: Course {
        _read { yield onDemand.value }
        _modify { yield &onDemand.value }
    }

    var hasCourse: Bool {
        onDemand.isInUse
    }

    init(start: @escaping TaskRecord.Start) {
        self.start = start
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

    mutating func end(
        _ outcome: TaskOutcome,
        cancelReason: CancelReason?,
        at now: Uptime,
        report: TaskCell.Report
    ) {
        timings.end(at: now)
        isStandingStill = false
        isPaused = false
        self.outcome = outcome
        lastReport = report
        if outcome.isSuccess { lastReport?.progress = 1 }
        nextStart = nil
        pauseHook = nil
        if let cancelReason, self.cancelReason == nil { self.cancelReason = cancelReason }
    }
}
