/// The manager that most applications need; see ``TaskManagerProxy``.
public let taskManager = TaskManagerProxy.shared

/// The face of a task manager: submits, cancels and awaits tasks, from any thread.
///
/// Starting work never waits for the main thread, so a task runs also while the main loop is busy or not yet running. Its
/// callbacks run on the thread of the default `GMainContext`.
///
/// ```swift
/// taskManager.runThread(key: "export") { context in
///     try export(to: file, progress: context.setProgress)
/// } whenDone: { task in
///     label.text = task.error.map { "\($0)" } ?? "Exported"
/// }
/// ```
public final class TaskManagerProxy: Sendable {
    /// The application's manager, with the default configuration.
    public static let shared = TaskManagerProxy()

    let scheduler: Scheduler

    /// Makes a manager of its own, with its own limits, list and life.
    public init(configuration: TaskManagerConfiguration = TaskManagerConfiguration()) {
        scheduler = Scheduler(configuration: configuration)
    }

    /// The published view, for the main actor.
    public var manager: TaskManager {
        scheduler.publisher.manager
    }

    /// Whether the manager takes tasks: until ``shutdown(waitingFor:cancelPending:)``.
    ///
    /// Any thread.
    public var isRunning: Bool {
        scheduler.isRunning
    }

    // MARK: - On the main actor

    /// The tasks as published last.
    @MainActor public var tasks: TaskList {
        manager.tasks
    }

    /// The fraction done of everything since the manager was idle last, 0…1; 1 when idle.
    @MainActor public var overallProgress: Double {
        manager.overallProgress
    }

    /// Emitted when tasks changed, with the list and the overall progress; once for each turn of the main loop at most.
    @MainActor public var tasksUpdated: Signal<TaskList, Double> {
        manager.tasksUpdated
    }

    // MARK: - Cancel

    /// Cancels the tasks of a key; returns at once, from any thread.
    ///
    /// - Returns: Whether that changed anything; false also for a key that no task has.
    @discardableResult
    public func cancelTask(key: String) -> Bool {
        scheduler.cancel(key: key, reason: .user) > 0
    }

    /// Cancels a task; returns at once, from any thread.
    ///
    /// - Returns: Whether that changed anything; false also for an id that no live task has.
    @discardableResult
    public func cancelTask(id: TaskID) -> Bool {
        scheduler.cancel(id, reason: .user)
    }

    /// Cancels every task; returns at once, from any thread.
    ///
    /// - Returns: How many tasks that changed.
    @discardableResult
    public func cancelAll() -> Int {
        scheduler.cancelAll(reason: .user)
    }

    // MARK: - Wait and end

    /// Returns when every submitted task has ended and its `whenDone` has run.
    ///
    /// Any thread, the main actor included; needs the main loop to run.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled; the manager's tasks go on.
    public func waitUntilIdle() async throws {
        try await scheduler.publisher.waitUntilIdle()
    }

    /// Ends the manager: refuses new tasks, lets the running ones finish, then cancels, and gives up on what does not end.
    ///
    /// Any thread, the main actor included; it suspends, and needs the main loop to run. After `deadline` what still runs is
    /// cancelled; a process or command is killed at the end of its grace periods. A body that has not ended a grace period
    /// after the last of these is left behind and its task reported as cancelled. Returns when the `whenDone` of every task that
    /// was taken in has run. A second call waits for the same end, whatever it asks for; cancelling a waiting task changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - deadline: How long running tasks may go on; what is outside zero to ten years counts as the nearer of them.
    ///   - cancelPending: Whether tasks that have not started are cancelled at once, or run within the deadline.
    public func shutdown(waitingFor deadline: Duration = .seconds(10), cancelPending: Bool = true) async {
        await scheduler.shutdown(waitingFor: deadline, cancelPending: cancelPending)
    }
}
