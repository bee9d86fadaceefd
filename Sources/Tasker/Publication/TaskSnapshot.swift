/// A task as it was at one moment: a value for lists, events and widgets.
public struct TaskSnapshot: Sendable, Identifiable {
    private let info: TaskInfo
    // Here too, because a list searches its snapshots by it.
    /// The task's identity.
    public let id: TaskID
    /// Where the task was in its life.
    public let state: TaskState
    /// The fraction done, 0…1; nil while it is unknown.
    public let progress: Double?
    /// Progress is not published below what it was before in the same reckoning.
    private let reckoning: UInt32
    private let measure: ProgressMeasure?
    /// The last message of the body.
    public let message: String?
    /// Why a failed task failed; nil in every other state.
    public let error: (any Error)?
    /// Why the task was cancelled or asked to end.
    public let cancelReason: CancelReason?
    /// When the body began.
    public let started: TaskTimestamp?
    /// When the task ended.
    public let ended: TaskTimestamp?
    /// The part of the task that counts as done in the overall progress: the greatest fraction it has had, because the
    /// overall progress must not run back when a task begins to count anew.
    let contribution: Double

    /// The key it was submitted with.
    public var key: String? { info.key }
    /// The name for people: as submitted, else the key, else "Task" and the id.
    public var name: String { info.name }
    /// What its body is.
    public var kind: TaskKind { info.kind }
    /// The priority it was submitted with.
    public var priority: SchedulingPriority { info.priority }
    /// What the submitter attached.
    public var metadata: [String: String] { info.metadata }
    /// When it was submitted.
    public var created: TaskTimestamp { info.created }
    /// What the body said is all of it, in its ``unit``; nil if it said nothing.
    public var totalUnits: Double? { measure?.total }
    /// What the total counts; nil if the body said nothing.
    public var unit: ProgressUnit? { measure?.unit }
    /// How many of the total's units are done; nil while that is unknown.
    public var completedUnits: Double? {
        guard let progress, let totalUnits else { return nil }
        // A third of three, times three, is one.
        let (units, whole) = (progress * totalUnits, (progress * totalUnits).rounded())
        return abs(units - whole) <= 4 * whole.ulp ? whole : units
    }
    /// Whether it was asked to end, whether or not it has.
    public var isCancelRequested: Bool { cancelReason != nil }
    /// Which attempt runs or ran last; 0 before the first.
    public var attempt: Int { started == nil ? 0 : 1 }

    /// The first snapshot of a task.
    init(opening record: TaskRecord) {
        record.beginSampling()
        (info, id) = (record.info, record.id)
        state = .pending
        (progress, message, error, cancelReason, started, ended) = (nil, nil, nil, nil, nil, nil)
        (measure, reckoning, contribution) = (nil, 0, 0)
    }

    /// Reads a record to publish it: what its body writes from here on counts as a new change.
    ///
    /// - Parameter previous: What was published before; progress is not published below it.
    init(publishing record: TaskRecord, after previous: TaskSnapshot?) {
        record.beginSampling()
        self.init(reading: record, after: previous)
    }

    /// Reads a record and changes nothing of it.
    init(reading record: TaskRecord, after previous: TaskSnapshot? = nil) {
        (info, id) = (record.info, record.id)
        let now = record.readWithReport { life, state, report in
            let error: (any Error)? = if case .failure(let error) = life.outcome { error } else { nil }
            return (state, report, error, life.cancelReason, life.started, life.ended)
        }
        let report: TaskCell.Report
        (state, report, error, cancelReason, started, ended) = now
        (message, measure, reckoning) = (report.message, report.measure, report.reckoning)
        if let previous, previous.reckoning == report.reckoning, let before = previous.progress {
            progress = report.progress.map { max($0, before) }
        } else {
            progress = report.progress
        }
        contribution = state.isTerminal ? 1 : max(progress ?? 0, previous?.contribution ?? 0)
    }
}
