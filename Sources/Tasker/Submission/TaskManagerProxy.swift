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
public final class TaskManagerProxy: TaskSubmitter {
    /// The application's manager, with the default configuration.
    public static let shared = TaskManagerProxy()

    let scheduler: Scheduler

    /// Makes a manager of its own, with its own limits, list and life.
    public init(configuration: TaskManagerConfiguration = TaskManagerConfiguration()) {
        scheduler = Scheduler(configuration: configuration)
    }

    /// Where the tasks go.
    public var destination: TaskDestination {
        TaskDestination(scheduler: scheduler)
    }

    /// Makes a scope: a face of this manager for one owner, such as a plugin, a document or a window.
    ///
    /// Any thread. Each call makes another one, whatever its name.
    public func scope(_ name: String) -> TaskScope {
        TaskScope(name: name, scheduler: scheduler)
    }

    // MARK: - On the main actor

    /// The published view, for the main actor.
    public var manager: TaskManager {
        scheduler.publisher.manager
    }

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

    /// Emitted with each thing that happens to a task, in order; see ``TaskManager/taskEvents``.
    @MainActor public var taskEvents: Signal<TaskEvent> {
        manager.taskEvents
    }

    // MARK: - Events

    /// What happens to tasks from now on, for any thread; it needs no main loop, but for what it tells of progress.
    ///
    /// - Parameter buffering: What is dropped, and counted, when the consumer falls behind.
    public func events(buffering: TaskEvents.Buffering = .newest(1024)) -> TaskEvents {
        TaskEvents(scheduler.events.subscribe(buffering: buffering))
    }

    // MARK: - Cancel

    /// Cancels the tasks of a key; returns at once, from any thread.
    ///
    /// - Parameters:
    ///   - key: Whose tasks.
    ///   - reason: Why, as ``TaskSnapshot/cancelReason`` then says; of several the first stays.
    /// - Returns: Whether that changed anything; false also for a key that no task has.
    @discardableResult
    public func cancelTask(key: String, reason: CancelReason = .user) -> Bool {
        scheduler.cancel(key: key, reason: reason) > 0
    }

    /// Cancels a task; returns at once, from any thread.
    ///
    /// - Parameters:
    ///   - id: Which task.
    ///   - reason: Why, as ``TaskSnapshot/cancelReason`` then says; of several the first stays.
    /// - Returns: Whether that changed anything; false also for an id that no live task has.
    @discardableResult
    public func cancelTask(id: TaskID, reason: CancelReason = .user) -> Bool {
        scheduler.cancel(id, reason: reason)
    }

    /// Cancels every task; returns at once, from any thread.
    ///
    /// - Parameter reason: Why, as ``TaskSnapshot/cancelReason`` then says; of several the first stays.
    /// - Returns: How many tasks that changed.
    @discardableResult
    public func cancelAll(reason: CancelReason = .user) -> Int {
        scheduler.cancelAll(reason: reason)
    }

    // MARK: - Retry

    /// Starts a task again that failed or was cancelled and is ``TaskOptions/retryable``; from any thread.
    ///
    /// A new task with an id of its own is submitted, with the body, key, name, priority, metadata, options and callbacks of the
    /// old one, which leaves lists and queries for it. What is true of every submission is true of this one: its delay, its
    /// deadline and its iterations count from now, ``TaskOptions/keyPolicy(_:)`` says what becomes of a task that has its key, and
    /// it waits for the tasks that were named in `after`, or for those that were started in their place.
    ///
    /// Returns at once, except where ``QueueFullPolicy/wait`` makes it wait for room. Of several calls at once, one starts it.
    ///
    /// - Parameter id: Which task.
    /// - Returns: The id of the new task; nil if nothing was changed: no task of this id is kept, or it is not
    ///   ``TaskSnapshot/isRetryable``; its scope is closed; the manager was shut down; ``KeyPolicy/keep`` keeps the live task of its
    ///   key.
    @discardableResult
    public func retryTask(id: TaskID) -> TaskID? {
        scheduler.retry(id)?.id
    }

    // MARK: - Wait

    /// Returns when every submitted task has ended and its `whenDone` has run.
    ///
    /// Any thread, the main actor included; needs the main loop to run.
    ///
    /// - Parameter timeout: How long to wait, on the manager's clock; nil: as long as it takes. Zero and below: only what has
    ///   ended already counts. More than ten years count as ten.
    /// - Throws: `CancellationError` when the waiting task is cancelled, ``TaskerError/Code/waitTimedOut`` when it took longer;
    ///   the manager's tasks go on.
    public func waitUntilIdle(timeout: Duration? = nil) async throws {
        try await scheduler.within(timeout, for: "the task manager to be idle") {
            try await self.scheduler.publisher.waitUntilIdle()
        }
    }

    /// Returns when a task that is submitted would not be one too many of those that wait.
    ///
    /// Any thread. Somebody else may be faster. It looks only at how many tasks wait, delayed and blocked ones included, so it
    /// may wait although a slot is free in which a task would start at once. It returns also when the manager is shut down.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    public func waitForRoom() async throws {
        try await scheduler.waitForRoom()
    }

    // MARK: - Start and end

    /// Whether the manager takes tasks: from the beginning, until ``shutdown(waitingFor:cancelPending:)``.
    ///
    /// Any thread.
    public var isRunning: Bool {
        scheduler.isRunning
    }

    /// Starts the manager again after a ``shutdown(waitingFor:cancelPending:)``; a new manager runs already.
    ///
    /// Any thread.
    ///
    /// - Returns: Whether it takes tasks now; false while a shutdown is under way.
    @discardableResult
    public func start() -> Bool {
        scheduler.start()
    }

    /// Ends the manager: refuses new tasks, lets the running ones finish, then cancels, and gives up on what does not end.
    ///
    /// What is paused stays so, and is cancelled after `deadline`.
    ///
    /// Any thread, the main actor included; it suspends, and needs the main loop to run. A periodic task ends with the iteration
    /// that runs. After `deadline` what still runs is cancelled; a process or command is killed at the end of its grace periods. A
    /// body that has not ended a grace period after the last of these is left behind and its task reported as cancelled. Returns
    /// when the `whenDone` of every task that was taken in has run. A call while a shutdown is under way waits for the same end,
    /// whatever it asks for; cancelling a waiting task changes nothing.
    ///
    /// - Parameters:
    ///   - deadline: How long running tasks may go on; what is outside zero to ten years counts as the nearer of them.
    ///   - cancelPending: Whether tasks that have not started are cancelled at once, or run within the deadline.
    /// - Returns: What was cut off.
    @discardableResult
    public func shutdown(
        waitingFor deadline: Duration = .seconds(10),
        cancelPending: Bool = true
    ) async -> ShutdownReport {
        await scheduler.shutdown(waitingFor: deadline, cancelPending: cancelPending)
    }
}
