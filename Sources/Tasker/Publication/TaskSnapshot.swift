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
        let now = record.readWithReport { life, state, progress, message in
            let error: (any Error)? = if case .failure(let error) = life.outcome { error } else { nil }
            return (state, progress, message, error, life.cancelReason, life.started, life.ended)
        }
        let reached: Double?
        (state, reached, message, error, cancelReason, started, ended) = now
        progress =
            switch (reached, previous?.progress) {
            case (let now?, let before?): max(now, before)
            case (let now, let before): now ?? before
            }
    }

    /// The part of the task that counts as done in the overall progress.
    var contribution: Double {
        state.isTerminal ? 1 : progress ?? 0
    }
}
