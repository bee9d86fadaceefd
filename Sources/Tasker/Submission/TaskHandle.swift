/// What a call that submits a task returns: the task's result, its state, and the way to cancel it.
///
/// A value that may be used from any thread; letting go of it leaves the task alone. What it tells is the engine's own state,
/// which may be a moment ahead of what ``TaskManager`` has published.
public struct TaskHandle<Success: Sendable>: Sendable, Identifiable {
    let record: TaskRecord
    private let scheduler: Scheduler

    init(record: TaskRecord, scheduler: Scheduler) {
        self.record = record
        self.scheduler = scheduler
    }

    /// The task's identity.
    public var id: TaskID { record.id }
    /// The key it was submitted with.
    public var key: String? { record.info.key }
    /// The name for people.
    public var name: String { record.info.name }
    /// What its body is.
    public var kind: TaskKind { record.info.kind }
    /// Where it is in its life.
    public var state: TaskState { record.state }
    /// The fraction done, 0…1; nil while it is unknown.
    public var progress: Double? { record.progress }
    /// The last message of its body.
    public var message: String? { record.message }
    /// Why it was cancelled or asked to end.
    public var cancelReason: CancelReason? { record.read { $0.cancelReason } }
    /// Everything that can be told of it now.
    public var snapshot: TaskSnapshot { TaskSnapshot(reading: record) }

    /// Why it failed; nil in every other state.
    public var error: (any Error)? {
        guard case .failure(let error) = record.read({ $0.outcome }) else { return nil }
        return error
    }

    /// How it ended, or nil while it has not. A cancelled task's result is the failure `CancellationError`.
    public var result: Result<Success, any Error>? {
        switch record.read({ $0.outcome }) {
        case nil: nil
        case .failure(let error): .failure(error)
        case .cancelled: .failure(CancellationError())
        case .success(let value):
            if let value = value as? Success {
                .success(value)
            } else {
                // With `KeyPolicy.keep` the live task of the key may have been submitted with another type of result.
                .failure(
                    TaskerError(
                        .decodingFailed,
                        "The task \"\(name)\" that was kept for its key results in a \(type(of: value)), not a \(Success.self)."
                    )
                )
            }
        }
    }

    /// The task's value, when it has ended.
    ///
    /// Any thread; waits for the body, not for the callbacks on the main thread. Cancelling the waiting task leaves this one
    /// running.
    ///
    /// - Throws: The body's own error; ``TaskerError`` if it could not run; `CancellationError` if it or the waiting task
    ///   was cancelled.
    public var value: Success {
        get async throws {
            try await record.waitUntilEnded()
            guard let result else { preconditionFailure("Task \(id) was waited for and has no outcome.") }
            return try result.get()
        }
    }

    /// Asks the task to end; returns at once, from any thread.
    ///
    /// A task that waits never runs. A running one is reported as cancelled when its body has ended, whatever the body still
    /// does, or at once if it is ``TaskOptions/isAbandonable``.
    ///
    /// - Returns: Whether this call changed anything; false for a task that has ended or was asked before.
    @discardableResult
    public func cancel() -> Bool {
        scheduler.cancel(id, reason: .user)
    }
}

extension TaskHandle: Hashable {
    /// Whether both are handles of the same task.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.id == rhs.id
    }

    /// Hashes the task's identity.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
    }
}
