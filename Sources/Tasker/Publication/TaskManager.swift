import DequeModule

/// The tasks of a ``TaskManagerProxy`` as the main thread sees them.
///
/// Main actor only. It changes only between the application's own callbacks, so what a handler reads stays true until the
/// handler returns; at a priority just below GTK's redraw, or once before it where drawing has left no room for 50 ms.
@MainActor
public final class TaskManager {
    /// The tasks as published last, in the order of submission.
    public private(set) var tasks = TaskList()

    /// The fraction done of the current batch: of all tasks since the manager was idle last.
    ///
    /// 1 when idle.
    ///
    /// Ended tasks count as done, whatever their outcome; a new task may lower it, an ending one never does.
    public var overallProgress: Double {
        batchCount == batchEnded ? 1 : min(max((batchEnded + batchProgress) / batchCount, 0), 1)
    }

    /// Emitted once for each drain in which something changed, with the tasks and the overall progress.
    public let tasksUpdated = Signal<TaskList, Double>()

    private enum Callback {
        case event(TaskRecord, TaskMessage)
        case call(@MainActor @Sendable () -> Void)
        case done(TaskRecord)
    }

    private let finishedTaskLimit: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private var backlog: Deque<Publisher.Item> = []
    private var callbacks: Deque<Callback> = []
    /// The ended tasks that are still in the list, oldest first.
    private var finished: Deque<TaskID> = []
    private var batchCount = 0.0
    private var batchEnded = 0.0
    /// What the tasks that have not ended contribute.
    private var batchProgress = 0.0

    /// How long a drain may take.
    ///
    /// At 60 frames a second a frame has 16.7 ms; drawing needs most of it.
    private static let budget = Duration.milliseconds(4)
    /// How many steps go between two looks at the clock.
    private static let stride = 32

    nonisolated init(configuration: TaskManagerConfiguration) {
        finishedTaskLimit = max(0, configuration.finishedTaskLimit)
        now = configuration.now
    }

    /// One drain.
    ///
    /// - Parameters:
    ///   - settled: Told how many tasks have had their last callback, and how many of these had been refused.
    ///   - continueLater: Schedules another drain.
    func publish(_ items: Deque<Publisher.Item>, settled: (Int, Int) -> Void, continueLater: () -> Void) {
        let start = now()
        backlog.append(contentsOf: items)
        // A half for applying, so that a burst's callbacks begin in its first drain.
        let hasChanges = apply(until: start + Self.budget / 2)
        // Before the first call of other people's code: it may run a main loop of its own and wait there for something
        // that is still to be done here.
        if !backlog.isEmpty || callbacks.count > 1 || (hasChanges && !callbacks.isEmpty) { continueLater() }
        if hasChanges { tasksUpdated.emit(tasks, overallProgress) }
        var (settledCount, refusedCount) = (0, 0)
        defer { settled(settledCount, refusedCount) }
        while let callback = callbacks.popFirst() {
            switch callback {
            case .event(let record, let message):
                record.read { $0.whenEvent }?(message)
                record.eventGate?.leave()
            case .call(let call): call()
            case .done(let record):
                record.takeCompletion()?()
                settledCount += 1
                if record.isRefused { refusedCount += 1 }
            }
            if now() >= start + Self.budget { return }
        }
        callbacks = []
    }

    /// Applies what waits.
    ///
    /// - Returns: Whether anything is to be emitted.
    private func apply(until end: ContinuousClock.Instant) -> Bool {
        tasks.beginChanges()
        var steps = 0
        while let item = backlog.popFirst() {
            switch item {
            case .opened(let record): open(record)
            case .changed(let record): update(record)
            case .event(let record, let message): callbacks.append(.event(record, message))
            case .call(let call): callbacks.append(.call(call))
            case .ended(let record):
                finish(record)
                callbacks.append(.done(record))
            }
            steps += 1
            if steps.isMultiple(of: Self.stride), now() >= end { break }
        }
        // An emptied deque keeps the room of its longest queue.
        if backlog.isEmpty { backlog = [] }
        while finished.count > finishedTaskLimit, let id = finished.popFirst() { tasks.remove(id) }
        return !tasks.changes.isEmpty
    }

    /// Takes a task into the list.
    ///
    /// It is shown as pending even if it has ended by now: its end has an item of its own, behind the events that were sent
    /// before it.
    private func open(_ record: TaskRecord) {
        if batchEnded == batchCount { (batchCount, batchEnded, batchProgress) = (0, 0, 0) }
        batchCount += 1
        tasks.update(TaskSnapshot(opening: record))
    }

    /// Publishes a task that goes on; after its end, or before its opening was applied, nothing.
    private func update(_ record: TaskRecord) {
        guard let previous = tasks[id: record.id], !previous.state.isTerminal else { return }
        let snapshot = TaskSnapshot(publishing: record, after: previous)
        guard !snapshot.state.isTerminal else { return }
        batchProgress += snapshot.contribution - previous.contribution
        tasks.update(snapshot)
    }

    private func finish(_ record: TaskRecord) {
        let previous = tasks[id: record.id]
        batchProgress -= previous?.contribution ?? 0
        batchEnded += 1
        tasks.update(TaskSnapshot(publishing: record, after: previous))
        finished.append(record.id)
        // With nothing under way the sum is zero; said so, because differences of fractions add up to nearly zero.
        if batchEnded == batchCount { batchProgress = 0 }
    }
}
