/// Something that happened to a task, and the task as it was at that moment.
///
/// A value; any thread.
public struct TaskEvent: Sendable {
    /// The task's identity.
    public var id: TaskID { task.id }
    /// The task as it was when this happened, not as it is by now.
    public let task: TaskSnapshot
    /// What happened.
    public let kind: Kind

    init(_ kind: Kind, of task: TaskSnapshot) {
        self.task = task
        self.kind = kind
    }

    // An enum although kinds may be added: who receives events takes them apart, and a struct with static members gives up
    // the payloads that a pattern binds. `@nonexhaustive` (SE-0487) keeps the set open: a `switch` in another package has
    // to have an `@unknown default`, so a new kind breaks nobody's build.
    /// What happened to a task.
    ///
    /// Kinds may be added, so a `switch` over all of them ends in `@unknown default`:
    ///
    /// ```swift
    /// switch event.kind {
    /// case .retrying(let attempt, let delay, let error):
    ///     print("\(event.task.name) failed with \(error); attempt \(attempt) begins in \(delay).")
    /// case .failed(let error):
    ///     print("\(event.task.name) failed with \(error).")
    /// default:
    ///     break
    /// }
    /// ```
    @nonexhaustive
    public enum Kind: Sendable {
        /// It was submitted; if it was refused, its end follows.
        case submitted
        /// Its first body began; of later ones ``retrying(attempt:after:error:)`` and ``iteration(number:result:)`` tell.
        case started
        /// Its progress or its message changed.
        case progressed
        /// An attempt failed with `error`; `attempt`, counted from 1, begins when `after` has passed.
        case retrying(attempt: Int, after: Duration, error: any Error)
        /// It came to rest because of a pause: its body stands still, or it was paused while none ran.
        case paused
        /// It goes on after a pause.
        case resumed
        /// Iteration `number`, counted from 1, of a periodic task ended.
        case iteration(number: Int, result: Result<any Sendable, any Error>)
        /// Its body returned.
        case completed
        /// Its body threw, its time was up, or it could not run or was refused.
        case failed(any Error)
        /// It was cancelled.
        case cancelled(CancelReason)

        /// Whether this is the last event of its task.
        public var isTerminal: Bool {
            switch self {
            case .completed, .failed, .cancelled: true
            case .submitted, .started, .progressed, .retrying, .paused, .resumed, .iteration: false
            }
        }
    }
}
