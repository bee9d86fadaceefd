import DequeModule

/// The tasks of a ``TaskManagerProxy`` as the main thread sees them.
///
/// Main actor only. It changes only between the application's own callbacks, just below GTK's redraw, so what a handler
/// reads stays true until the handler returns.
@MainActor
public final class TaskManager {
    /// The tasks as published last, in the order of submission.
    public private(set) var tasks = TaskList()

    /// The fraction done of the current batch: of all tasks since the manager was idle last. 1 when idle.
    ///
    /// Ended tasks count as done, whatever their outcome; a new task may lower it, an ending one never does.
    public var overallProgress: Double {
        batchCount == batchEnded ? 1 : min(max((batchEnded + batchProgress) / batchCount, 0), 1)
    }

    /// Emitted once for each drain in which something changed, with the tasks and the overall progress.
    public let tasksUpdated = Signal<TaskList, Double>()

    private enum Callback {
        case event(TaskRecord, TaskMessage)
        case done(TaskRecord)
    }

    private let finishedTaskLimit: Int
    private var backlog: Deque<Publisher.Item> = []
    private var callbacks: Deque<Callback> = []
    /// The ended tasks that are still in the list, oldest first.
    private var finished: Deque<TaskID> = []
    private var batchCount = 0.0
    private var batchEnded = 0.0
    /// What the tasks that have not ended contribute.
    private var batchProgress = 0.0

    /// How long a drain may take. At 60 frames a second a frame has 16.7 ms; drawing needs most of it.
    private static let budget = Duration.milliseconds(4)
    /// How many steps go between two looks at the clock.
    private static let stride = 32

    nonisolated init(finishedTaskLimit: Int) {
        self.finishedTaskLimit = max(0, finishedTaskLimit)
    }

    /// One drain.
    ///
    /// - Parameters:
    ///   - settled: Told how many tasks have had their last callback.
    ///   - beforeCallbacks: Called when there is more than one callback to run.
    /// - Returns: Whether everything was done within the budget.
    func publish(
        _ items: Deque<Publisher.Item>,
        _ progressed: [TaskRecord],
        settled: (Int) -> Void,
        beforeCallbacks: () -> Void
    ) -> Bool {
        let start = ContinuousClock.now
        backlog.append(contentsOf: items)
        // A half for applying, so that a burst's callbacks begin in its first drain.
        apply(progressed, until: start + Self.budget / 2)
        if callbacks.count > 1 { beforeCallbacks() }
        var settledCount = 0
        defer { settled(settledCount) }
        while let callback = callbacks.popFirst() {
            switch callback {
            case .event(let record, let message):
                record.read { $0.whenEvent }?(message)
                record.eventGate?.leave()
            case .done(let record):
                record.takeCompletion()?()
                settledCount += 1
            }
            if ContinuousClock.now >= start + Self.budget { break }
        }
        return backlog.isEmpty && callbacks.isEmpty
    }

    private func apply(_ progressed: [TaskRecord], until end: ContinuousClock.Instant) {
        guard !backlog.isEmpty || !progressed.isEmpty else { return }
        tasks.beginChanges()
        var steps = 0
        while let item = backlog.popFirst() {
            switch item {
            case .submitted(let record): add(record)
            case .changed(let record): update(record)
            case .event(let record, let message): callbacks.append(.event(record, message))
            case .ended(let record):
                finish(record)
                callbacks.append(.done(record))
            }
            steps += 1
            if steps.isMultiple(of: Self.stride), ContinuousClock.now >= end { break }
        }
        for record in progressed { update(record) }
        while finished.count > finishedTaskLimit, let id = finished.popFirst() { tasks.remove(id) }
        let changes = tasks.changes
        guard !(changes.added.isEmpty && changes.changed.isEmpty && changes.removed.isEmpty) else { return }
        tasksUpdated.emit(tasks, overallProgress)
    }

    /// Gives a task its place in the list, which is that of its submission also if it has ended since.
    private func add(_ record: TaskRecord) {
        let snapshot = TaskSnapshot(publishing: record)
        // The end waits for its own item: until then the task is what it was when it was submitted.
        replace(nil, with: snapshot.state.isTerminal ? TaskSnapshot(submitting: record) : snapshot)
        batchProgress += tasks[id: record.id]?.contribution ?? 0
    }

    /// Publishes a task that goes on.
    private func update(_ record: TaskRecord) {
        let previous = tasks[id: record.id]
        let snapshot = TaskSnapshot(publishing: record, after: previous)
        // The end waits for its own item, behind the events that were sent before it; and after the end nothing comes.
        guard !snapshot.state.isTerminal else { return }
        replace(previous, with: snapshot)
        batchProgress += snapshot.contribution
    }

    private func finish(_ record: TaskRecord) {
        let previous = tasks[id: record.id]
        replace(previous, with: TaskSnapshot(publishing: record, after: previous))
        batchEnded += 1
        finished.append(record.id)
        // With nothing under way the sum is zero; said so, because differences of fractions add up to nearly zero.
        if batchEnded == batchCount { batchProgress = 0 }
    }

    /// Puts a snapshot into the list, and takes what its task contributed before out of the sum.
    private func replace(_ previous: TaskSnapshot?, with snapshot: TaskSnapshot) {
        if let previous {
            batchProgress -= previous.contribution
        } else {
            if batchEnded == batchCount { (batchCount, batchEnded, batchProgress) = (0, 0, 0) }
            batchCount += 1
        }
        tasks.update(snapshot)
    }
}
