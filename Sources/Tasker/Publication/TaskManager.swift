/// The tasks of a ``TaskManagerProxy``, or of a ``TaskScope``, as the main thread sees them.
///
/// Main actor only. It changes only between the application's own callbacks, so what a handler reads stays true until the
/// handler returns; at a priority just below GTK's redraw, or once before it where drawing has left no room for 50 ms.
@MainActor
public final class TaskManager {
    /// The tasks as published last, in the order of submission; without hidden ones.
    public private(set) var tasks = TaskList()

    /// How many tasks in the list have ended.
    public private(set) var finishedCount = 0

    /// The fraction done of the current batch: of all visible tasks since the manager was idle last.
    ///
    /// 1 when idle.
    ///
    /// Ended tasks count as done, whatever their outcome; a new task may lower it, an ending one never does.
    public var overallProgress: Double {
        batchCount == batchEnded ? 1 : min(max((batchEnded + batchProgress) / batchCount, 0), 1)
    }

    /// Emitted once for each drain in which something changed, with the tasks and the overall progress.
    public nonisolated let tasksUpdated = Signal<TaskList, Double>()
    /// Emitted with each thing that happens to a task, hidden ones included, in order.
    ///
    /// A task's last event comes before its `whenDone`. Progress is told as often as it is published.
    public nonisolated let taskEvents = Signal<TaskEvent>()

    private var batchCount = 0.0
    private var batchEnded = 0.0
    /// What the tasks that have not ended contribute.
    private var batchProgress = 0.0

    /// Whether the list's changes have been told, or are being told.
    private var areChangesTold = false

    nonisolated init() {}

    /// Forgets the changes that have been told: a handler may run a main loop of its own while others of its drain have not.
    func beginChanges() {
        guard areChangesTold else { return }
        areChangesTold = false
        let left = tasks.beginChanges()
        withExtendedLifetime(left) {}
    }

    /// Emits ``tasksUpdated`` if anything has changed.
    func emitChanges() {
        guard !areChangesTold, !tasks.changes.isEmpty else { return }
        areChangesTold = true
        tasks.noteEmission()
        tasksUpdated.emit(tasks, overallProgress)
    }

    /// Takes a task into the list.
    ///
    /// It is shown as pending even if it has ended by now: its end has an item of its own, behind the events that were sent
    /// before it.
    func open(_ snapshot: TaskSnapshot) {
        if batchEnded == batchCount { (batchCount, batchEnded, batchProgress) = (0, 0, 0) }
        batchCount += 1
        tasks.update(snapshot)
    }

    /// Publishes a task that goes on; before its opening was applied, nothing.
    func update(_ snapshot: TaskSnapshot) {
        guard tasks.state(of: snapshot.id) != nil, let previous = tasks.update(snapshot) else { return }
        batchProgress += snapshot.contribution - previous.contribution
    }

    func finish(_ snapshot: TaskSnapshot) {
        finishedCount += 1
        batchProgress -= tasks.update(snapshot)?.contribution ?? 0
        batchEnded += 1
        // With nothing under way the sum is zero; said so, because differences of fractions add up to nearly zero.
        if batchEnded == batchCount { batchProgress = 0 }
    }

    func forget(_ id: TaskID) {
        if tasks.remove(id)?.state.isTerminal == true { finishedCount -= 1 }
    }
}

extension TaskRecord {
    /// Whether somebody on the main actor wants to be told of all that happens to the task, in the manager or in its scope.
    func isObserved(in view: TaskManager) -> Bool {
        view.taskEvents.hasHandlers || scope?.view.taskEvents.hasHandlers == true
    }
}
