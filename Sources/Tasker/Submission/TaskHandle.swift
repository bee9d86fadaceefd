/// What a call that submits a task returns: the task's result, its state, and the way to cancel it.
///
/// A value that may be used from any thread; letting go of it leaves the task alone. What it tells is the engine's own state,
/// which may be a moment ahead of what ``TaskManager`` has published.
public struct TaskHandle<Success: Sendable>: Sendable, Identifiable {
    let record: TaskRecord

    init(record: TaskRecord) {
        self.record = record
    }

    private var scheduler: Scheduler { record.scheduler }

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
    public var cancelReason: CancelReason? { record.cancelReason }
    /// Everything that can be told of it now.
    public var snapshot: TaskSnapshot { scheduler.snapshot(of: record) }

    /// Why it failed; nil in every other state.
    public var error: (any Error)? {
        guard case .failure(let error) = record.outcome else { return nil }
        return error
    }

    /// How it ended, or nil while it has not.
    ///
    /// A cancelled task's result is the failure `CancellationError`.
    public var result: Result<Success, any Error>? {
        switch record.outcome {
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
                        "The task \"\(record.info.shortName)\" that was kept for its key results in a \(type(of: value)), not a \(Success.self)."
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
    /// - Throws: The body's own error; ``TaskerError`` if it could not run, its time was up, or ``KeyPolicy/keep`` kept a task
    ///   with a result of another type; `CancellationError` if it or the waiting task was cancelled.
    public var value: Success {
        get async throws {
            try await record.waitUntilEnded()
            guard let result else { preconditionFailure("Task \(id) was waited for and has no outcome.") }
            return try result.get()
        }
    }

    /// The task's value, when it has ended, or an error when that takes too long.
    ///
    /// Any thread.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait, on the manager's clock; nil: as long as it takes. The task goes on after it. Zero and
    ///     below: it counts only if it has ended already. More than ten years count as ten.
    ///   - forwardingCancellation: Whether cancelling the waiting task cancels this one too.
    /// - Throws: As ``value``, and ``TaskerError/Code/waitTimedOut``.
    public func value(timeout: Duration? = nil, forwardingCancellation: Bool = false) async throws -> Success {
        try await withTaskCancellationHandler {
            try await scheduler.within(timeout, for: "the task \"\(record.info.shortName)\"") {
                try await record.waitUntilEnded()
            }
        } onCancel: {
            if forwardingCancellation { cancel() }
        }
        return try await value
    }

    /// Lets the task, which has not started, wait for another one too.
    ///
    /// Any thread. As with the option `after`.
    ///
    /// - Returns: false if it has started or ended: nothing was changed.
    /// - Throws: ``TaskerError/Code/dependencyCycle`` if the other one waits for this one, also through tasks of other managers;
    ///   two threads that close such a circle from two managers at the same moment are not noticed.
    @discardableResult
    public func addDependency<Other>(_ other: TaskHandle<Other>) throws -> Bool {
        try scheduler.addDependency(other.record, to: record)
    }

    // MARK: - Pause

    /// Pauses the task; returns at once, from any thread.
    ///
    /// If it waits, it goes on waiting. A coroutine or thread stands still at its next `checkpoint()`, and a
    /// process or command, with its process group, is stopped. A body that stands still gives its slot back; elapsed time and
    /// remaining time stand still with it.
    ///
    /// - Returns: Whether that changed anything.
    @discardableResult
    public func pause() -> Bool {
        scheduler.setPaused(true, id)
    }

    /// Takes back a ``pause()``; returns at once, from any thread.
    ///
    /// The body goes on when there is a slot for it.
    ///
    /// - Returns: Whether that changed anything.
    @discardableResult
    public func resume() -> Bool {
        scheduler.setPaused(false, id)
    }

    /// Asks the task to end; returns at once, from any thread.
    ///
    /// A task that waits never runs. A running one is reported as cancelled when its body has ended, whatever the body still
    /// does, or at once if it is ``TaskOptions/abandonable``.
    ///
    /// - Parameter reason: Why, as ``TaskSnapshot/cancelReason`` then says; of several the first stays.
    /// - Returns: Whether this call changed anything; false for a task that has ended or was asked before.
    @discardableResult
    public func cancel(reason: CancelReason = .user) -> Bool {
        scheduler.cancel(id, reason: reason)
    }

    /// Starts the task again, which failed or was cancelled and is ``TaskOptions/retryable``; from any thread.
    ///
    /// As ``TaskManagerProxy/retryTask(id:)``.
    ///
    /// - Returns: The handle of the new task, which takes this one's place; nil if there is none: nothing was changed.
    @discardableResult
    public func retry() -> TaskHandle? {
        scheduler.retry(id).map { TaskHandle(record: $0) }
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
