/// A task as it was at one moment: a value for lists, events and widgets.
public struct TaskSnapshot: Sendable, Identifiable {
    let info: TaskInfo
    // Here too, because a list searches its snapshots by it.
    /// The task's identity.
    public let id: TaskID
    /// Where the task was in its life.
    public let state: TaskState
    /// Its priority: as submitted, or as set since.
    public let priority: SchedulingPriority
    // NaN for unknown: a list of a million snapshots has no room for an optional.
    private let fraction: Double
    /// What most waiting tasks do not have.
    ///
    /// Looked at fact by fact: all of them are a dozen references.
    fileprivate let details: Details?
    /// The part of the task that counts as done in the overall progress: the greatest fraction it has had, because the
    /// overall progress must not run back when a task begins to count anew.
    let contribution: Double

    struct Facts {
        var message: String?
        var measure: ProgressMeasure?
        /// Progress is not published below what it was before in the same reckoning.
        var reckoning: UInt32 = 0
        var error: (any Error)?
        var cancelReason: CancelReason?
        var timings = TaskTimings()
        var taken = Uptime.zero
        var attempt = 0
        var iteration = 0
        var nextStart: TaskTimestamp?
        var isPaused = false
        var isRetryable = false
        var estimate = ProgressEstimates.Estimate()
    }

    fileprivate final class Details: Sendable {
        let facts: Facts

        init(_ facts: Facts) {
            self.facts = facts
        }
    }

    // MARK: - As submitted

    /// The key it was submitted with.
    public var key: String? { info.key }
    /// The name for people: as submitted, else the key, else the program of a command, else "Task" and the id.
    public var name: String { info.name }
    /// What its body is.
    public var kind: TaskKind { info.kind }
    /// The group whose limit it counts for.
    public var group: String? { info.options.shared.values.group }
    /// The name of the ``TaskScope`` that submitted it.
    public var scope: String? { info.scope?.name }
    /// What the submitter attached.
    public var metadata: [String: String] { info.metadata }
    /// When it was submitted.
    public var created: TaskTimestamp { info.created }
    /// Whether it has a place in lists and in the overall progress.
    public var isVisible: Bool { info.isVisible }

    /// Whether the machine should not suspend while it works.
    public var inhibitsSuspend: Bool { info.options.shared.values.inhibitsSuspend == true }

    // MARK: - As it was

    /// The fraction done, 0…1; nil while it is unknown.
    public var progress: Double? { fraction.isNaN ? nil : fraction }
    /// What the body said is all of it, in its ``unit``; nil if it said nothing.
    public var totalUnits: Double? { details?.facts.measure?.total }
    /// What the total counts; nil if the body said nothing.
    public var unit: ProgressUnit? { details?.facts.measure?.unit }
    /// How many of the total's units are done; nil while that is unknown.
    public var completedUnits: Double? {
        guard let progress, let totalUnits else { return nil }
        // A third of three, times three, is one.
        let (units, whole) = (progress * totalUnits, (progress * totalUnits).rounded())
        return abs(units - whole) <= 4 * whole.ulp ? whole : units
    }
    /// How many units of its total it does in a second, as an average that follows the present.
    ///
    /// Without a total, the part of the whole, 0…1, that it does in a second. nil while that is unknown, and in a snapshot that
    /// was not published.
    public var throughput: Double? { details?.facts.estimate.throughput.map { $0 * (totalUnits ?? 1) } }
    /// How long it probably still takes, as of ``elapsed``.
    ///
    /// nil while too little is known, and in a snapshot that was not published; see <doc:ProgressAndRemainingTime>.
    public var remainingTime: Duration? { details?.facts.estimate.remaining }
    /// The last message of the body.
    public var message: String? { details?.facts.message }
    /// Why a failed task failed; nil in every other state.
    public var error: (any Error)? { details?.facts.error }
    /// Why the task was cancelled or asked to end.
    public var cancelReason: CancelReason? { details?.facts.cancelReason }
    /// Whether it was asked to end, whether or not it has.
    public var isCancelRequested: Bool { details?.facts.cancelReason != nil }
    /// When the body began, the first one if there were several.
    public var started: TaskTimestamp? { details?.facts.timings.started }
    /// When the task ended.
    public var ended: TaskTimestamp? { details?.facts.timings.ended }
    /// How long it had worked: without pauses, and without waits for another attempt or iteration.
    public var elapsed: Duration { details.map { $0.facts.timings.elapsed(at: $0.facts.taken) } ?? .zero }
    /// How many bodies had begun: one, or one for each attempt and each iteration.
    public var attempt: Int { details?.facts.attempt ?? 0 }
    /// How many iterations of a periodic task had ended.
    public var iteration: Int { details?.facts.iteration ?? 0 }
    /// When the next body may begin, if none runs: after a delay, for another attempt, for the next iteration.
    ///
    /// A task that waits longer, for a slot, its turn, or the end of a pause, keeps the time that has passed.
    public var nextStart: TaskTimestamp? { details?.facts.nextStart }
    /// Whether it was paused, or its body stood still because its group or the manager was.
    public var isPaused: Bool { details?.facts.isPaused ?? false }
    /// Whether it failed or was cancelled, was submitted as ``TaskOptions/retryable``, and is kept, so that
    /// ``TaskManagerProxy/retryTask(id:)`` may start it again.
    public var isRetryable: Bool { details?.facts.isRetryable ?? false }

    // MARK: - Making

    /// The first snapshot of a task.
    init(opening record: TaskRecord) {
        (info, id) = (record.info, record.id)
        state = .pending
        (fraction, contribution, priority) = (.nan, 0, info.priority)
        details = record.info.firstStart.map { Details(Facts(nextStart: $0)) }
    }

    /// A task as it is.
    ///
    /// - Parameter facts: nil: it waits, and nothing has happened to it.
    init(
        _ info: TaskInfo,
        _ state: TaskState,
        _ progress: Double?,
        _ priority: SchedulingPriority,
        _ facts: Facts?
    ) {
        (self.info, id, self.state, self.priority) = (info, info.id, state, priority)
        fraction = progress ?? .nan
        contribution = state.isTerminal ? 1 : progress ?? 0
        details = facts.map { Details($0) }
    }

    /// Reads a record to publish it.
    init(
        publishing record: TaskRecord,
        after previous: TaskSnapshot?,
        at now: Uptime,
        _ estimates: inout ProgressEstimates
    ) {
        let read = record.snapshot(at: now)
        (info, id, state, priority) = (read.info, read.id, read.state, read.priority)
        fraction = read.fraction(after: previous)
        if state == .running,
            let estimate = estimates.sample(
                id,
                elapsed: read.elapsed,
                fraction: read.progress,
                reckoning: read.reckoning
            )
        {
            var facts = read.details?.facts ?? Facts()
            facts.estimate = estimate
            details = Details(facts)
        } else {
            details = read.details
        }
        contribution = max(fraction.isNaN ? 0 : fraction, previous?.contribution ?? 0)
    }

    /// The last snapshot as it is published.
    init(ending snapshot: TaskSnapshot, after previous: TaskSnapshot?) {
        (info, id, state, details) = (snapshot.info, snapshot.id, snapshot.state, snapshot.details)
        priority = snapshot.priority
        fraction = snapshot.fraction(after: previous)
        contribution = 1
    }

    /// A task that has ended, and is kept no longer.
    init(notRetryable snapshot: TaskSnapshot) {
        (info, id, state, priority) = (snapshot.info, snapshot.id, snapshot.state, snapshot.priority)
        (fraction, contribution) = (snapshot.fraction, snapshot.contribution)
        var facts = snapshot.details?.facts ?? Facts()
        facts.isRetryable = false
        details = Details(facts)
    }

    private var reckoning: UInt32 { details?.facts.reckoning ?? 0 }

    /// Progress of the same reckoning is not published below what was published before.
    private func fraction(after previous: TaskSnapshot?) -> Double {
        guard let before = previous?.progress, previous?.reckoning == reckoning else { return fraction }
        return fraction.isNaN ? .nan : max(fraction, before)
    }
}

extension TaskSnapshot {
    /// How long it has worked by now, if nothing has happened to it since.
    func elapsed(at now: Uptime) -> Duration {
        details?.facts.timings.elapsed(at: now) ?? .zero
    }

    func belongs(to scope: ScopeCore?) -> Bool {
        info.scope === scope?.label
    }

    /// Whether a body has reported something since.
    func hasProgressed(since previous: TaskSnapshot?) -> Bool {
        attempt != previous?.attempt ?? 0 || progress != previous?.progress || message != previous?.message
    }

    /// What the end of the task is among the events; nil if it has not ended.
    var ending: TaskEvent.Kind? {
        switch state {
        case .pending, .running: nil
        case .completed: .completed
        case .failed: error.map { .failed($0) }
        case .cancelled: .cancelled(cancelReason ?? .user)
        }
    }
}

extension TaskSnapshot.Facts {
    /// - Parameter course: nil: nothing has happened to the task.
    init(_ course: OnDemand<TaskLife.Course>.Box?, _ report: TaskCell.Report, at now: Uptime) {
        message = report.message
        (measure, reckoning) = (report.measure, report.reckoning)
        taken = now
        guard let course else { return }
        cancelReason = course.value.cancelReason
        timings = course.value.timings
        attempt = course.value.attempt
        iteration = course.value.repetition?.iteration ?? 0
        nextStart = course.value.nextStart
        isPaused = course.value.isPaused || course.value.isStandingStill
    }
}
