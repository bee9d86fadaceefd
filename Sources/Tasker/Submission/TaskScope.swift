import GLibMainLoop

/// A face of a manager for one owner, such as a plugin, a document or a window.
///
/// Its tasks carry its name, count for the manager's limits and have their place in the manager's list, and can here be listed,
/// awaited and cancelled together. Keys are a scope's own: tasks of two scopes with the same key have nothing to do with each
/// other. Any thread; letting go of it neither closes it nor cancels its tasks.
///
/// ```swift
/// let scope = taskManager.scope("Map plugin")
/// scope.runThread(key: "tiles") { context in try loadTiles(context) }
/// …
/// scope.close()
/// ```
public final class TaskScope: TaskSubmitter {
    /// The name that its tasks carry.
    public var name: String { core.name }

    private let core: ScopeCore
    private let scheduler: Scheduler

    init(name: String, scheduler: Scheduler) {
        core = ScopeCore(name: name, view: TaskManager())
        self.scheduler = scheduler
    }

    /// Where the tasks go.
    public var destination: TaskDestination {
        TaskDestination(scheduler: scheduler, scope: core)
    }

    /// The published view of the scope's tasks, for the main actor.
    public var manager: TaskManager {
        core.view
    }

    /// Emitted when tasks of the scope changed, with those and their overall progress.
    @MainActor public var tasksUpdated: Signal<TaskList, Double> {
        core.view.tasksUpdated
    }

    /// Emitted with each thing that happens to a task of the scope; see ``TaskManager/taskEvents``.
    @MainActor public var taskEvents: Signal<TaskEvent> {
        core.view.taskEvents
    }

    /// What happens to the scope's tasks from now on, for any thread; see ``TaskManagerProxy/events(buffering:)``.
    public func events(buffering: TaskEvents.Buffering = .newest(1024)) -> TaskEvents {
        TaskEvents(scheduler.events.subscribe(buffering: buffering) { [core] in $0.task.belongs(to: core) })
    }

    /// Whether it takes no more tasks.
    public var isClosed: Bool {
        core.isClosed
    }

    /// Cancels the scope's tasks and takes no more; returns at once.
    ///
    /// They are cancelled with the reason ``CancelReason/scopeClosed``; what is submitted later fails with
    /// ``TaskerError/Code/scopeClosed``.
    ///
    /// - Returns: How many tasks that changed.
    @discardableResult
    public func close() -> Int {
        scheduler.close(core)
    }

    /// Cancels the scope's tasks; returns at once.
    ///
    /// - Parameter reason: Why, as ``TaskSnapshot/cancelReason`` then says; of several the first stays.
    /// - Returns: How many tasks that changed.
    @discardableResult
    public func cancelAll(reason: CancelReason = .user) -> Int {
        scheduler.cancel(scope: core.id, reason: reason)
    }

    /// Cancels the scope's tasks of a key; returns at once.
    ///
    /// - Parameters:
    ///   - key: Whose tasks.
    ///   - reason: Why, as ``TaskSnapshot/cancelReason`` then says; of several the first stays.
    /// - Returns: Whether that changed anything.
    @discardableResult
    public func cancelTask(key: String, reason: CancelReason = .user) -> Bool {
        scheduler.cancel(key: key, of: core, reason: reason) > 0
    }

    /// Returns when every task that was submitted here has ended and its `whenDone` has run.
    ///
    /// The main actor included; needs the main loop to run.
    ///
    /// - Parameter timeout: How long to wait, on the manager's clock; nil: as long as it takes. Zero and below: only what has
    ///   ended already counts. More than ten years count as ten.
    /// - Throws: As ``TaskManagerProxy/waitUntilIdle(timeout:)``.
    public func waitUntilIdle(timeout: Duration? = nil) async throws {
        try await scheduler.within(timeout, for: "the scope \"\(TaskInfo.cut(name))\" to be idle") { [core] in
            try await core.waitUntilIdle()
        }
    }

    /// The scope's task with an identity, if it has not ended or is still kept; any thread, O(1).
    public func task(id: TaskID) -> TaskSnapshot? {
        scheduler.snapshot(of: id).flatMap { $0.belongs(to: core) ? $0 : nil }
    }

    /// The scope's newest task of a key; see ``TaskManagerProxy/task(key:)``.
    public func task(key: String) -> TaskSnapshot? {
        scheduler.snapshot(ofKey: key, scope: core)
    }

    /// The scope's visible tasks; see ``TaskManagerProxy/tasks(in:group:kind:order:)``.
    public func tasks(
        in states: Set<TaskState> = Set(TaskState.allCases),
        group: String? = nil,
        kind: TaskKind? = nil,
        order: TaskOrder = .oldestFirst
    ) -> [TaskSnapshot] {
        scheduler.snapshots(in: states, group: group, kind: kind, order: order, scope: core)
    }
}
