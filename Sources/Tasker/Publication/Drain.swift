import DequeModule

/// Applies what a ``Publisher`` brings to the published views, a budget at a time, and makes the callbacks.
@MainActor
final class Drain {
    private enum Callback {
        indirect case event(TaskRecord, TaskMessage)
        indirect case iterated(TaskRecord, TaskIteration<any Sendable>)
        indirect case noted(TaskRecord, TaskEvent)
        case call(@MainActor @Sendable () -> Void)
        case done(TaskRecord)
    }

    private let view: TaskManager
    private let events: EventHub<TaskEvent>
    private let time: TimeSource
    private let now: @Sendable () -> ContinuousClock.Instant
    private var backlog: Deque<Publisher.Item> = []
    private var callbacks: Deque<Callback> = []
    private var estimates = ProgressEstimates()
    /// The views of scopes that this drain has touched.
    private var scopes: [ScopeID: TaskManager] = [:]
    /// The scopes of listed tasks, to find the view that a task is to leave.
    private var scopeOfTask: [TaskID: ScopeCore] = [:]
    /// What observers know of the progress of tasks that have not ended; nothing of those that nobody observes.
    private var told: [TaskID: TaskSnapshot] = [:]

    /// How long a drain may take.
    ///
    /// At 60 frames a second a frame has 16.7 ms; drawing needs most of it.
    private static let budget = Duration.milliseconds(4)
    /// How many steps go between two looks at the clock.
    private static let stride = 32

    nonisolated init(
        view: TaskManager,
        events: EventHub<TaskEvent>,
        time: TimeSource,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.view = view
        self.events = events
        self.time = time
        self.now = now
    }

    /// Whether something is left for another drain to apply.
    var hasBacklog: Bool { !backlog.isEmpty }

    /// One drain: apply the changes, emit once, run the callbacks; stop when the budget is used up.
    ///
    /// - Parameters:
    ///   - settled: Told how many tasks have had their last callback, and how many of these had been refused.
    ///   - continueLater: Schedules another drain.
    /// - Returns: How long it took to apply and to emit.
    func run(_ items: Deque<Publisher.Item>, settled: (Int, Int) -> Void, continueLater: () -> Void) -> Duration {
        let start = now()
        backlog.append(contentsOf: items)
        // A half for applying, so that a burst's callbacks begin in its first drain.
        let changed = apply(until: start + Self.budget / 2)
        // Before the first call of other people's code: it may run a main loop of its own and wait there for something
        // that is still to be done here.
        if !backlog.isEmpty || callbacks.count > 1 || (!changed.isEmpty && !callbacks.isEmpty) { continueLater() }
        for view in changed { view.emitChanges() }
        let taken = start.duration(to: now())
        var (settledCount, refusedCount) = (0, 0)
        defer {
            // An emptied deque keeps the room of its longest queue, also where the budget ended with the last callback.
            if callbacks.isEmpty { callbacks = [] }
            settled(settledCount, refusedCount)
        }
        while let callback = callbacks.popFirst() {
            call(callback)
            if case .done(let record) = callback {
                settledCount += 1
                if record.isRefused { refusedCount += 1 }
            }
            if now() >= start + Self.budget { break }
        }
        return taken
    }

    private func call(_ callback: Callback) {
        switch callback {
        case .event(let record, let message):
            record.whenEvent?(message)
            record.eventGate?.leave(weight: message.weight)
            // Only now: the handler may have run a main loop of its own.
            message.receipt?.settle(.success(()))
        case .iterated(let record, let iteration):
            record.whenIteration?(iteration)
        case .noted(let record, let event):
            view.taskEvents.emit(event)
            record.scope?.view.taskEvents.emit(event)
        case .call(let call): call()
        case .done(let record):
            record.takeCompletion()?()
            record.scope?.settle()
        }
    }

    /// Applies what waits.
    ///
    /// - Returns: The views with something to emit.
    private func apply(until end: ContinuousClock.Instant) -> [TaskManager] {
        view.beginChanges()
        var steps = 0
        while let item = backlog.popFirst() {
            apply(item)
            steps += 1
            if steps.isMultiple(of: Self.stride), now() >= end { break }
        }
        // An emptied deque keeps the room of its longest queue.
        if backlog.isEmpty { backlog = [] }
        defer { if !scopes.isEmpty { scopes = [:] } }
        return ([view] + scopes.values).filter { !$0.tasks.changes.isEmpty }
    }

    private func apply(_ item: Publisher.Item) {
        switch item {
        case .opened(let record):
            let snapshot = TaskSnapshot(opening: record)
            each(of: record) { $0.open(snapshot) }
            if record.info.isVisible, let scope = record.scope { scopeOfTask[record.id] = scope }
        case .changed(let record):
            _ = update(record)
        case .progressed(let record, let hasStarted):
            guard let snapshot = update(record) else { return }
            if hasStarted {
                // Only here: another change is applied before what is known to have happened since.
                tellProgress(snapshot, of: record)
            } else if snapshot.state == .running {
                // It has started since: its progress is told when that has been.
                record.markChanged()
            }
        case .event(let record, let message):
            callbacks.append(.event(record, message))
        case .iterated(let record, let iteration):
            callbacks.append(.iterated(record, iteration))
        case .noted(let record, let event):
            callbacks.append(.noted(record, event))
        case .call(let call):
            callbacks.append(.call(call))
        case .ended(let record, let forgotten):
            estimates.remove(record.id)
            let snapshot = TaskSnapshot(ending: record.snapshot(at: time.now()), after: lastSnapshot(of: record))
            if told.removeValue(forKey: record.id) != nil { told.releaseSpareStorage() }
            each(of: record) { $0.finish(snapshot) }
            if let event = snapshot.ending, record.isObserved(in: view) {
                callbacks.append(.noted(record, TaskEvent(event, of: snapshot)))
            }
            callbacks.append(.done(record))
            forget(forgotten)
        case .forgotten(let ids):
            forget(ids)
        }
    }

    private func forget(_ ids: [TaskID]) {
        guard !ids.isEmpty else { return }
        for id in ids {
            view.forget(id)
            if !scopeOfTask.isEmpty, let scope = scopeOfTask.removeValue(forKey: id) { touched(scope).forget(id) }
        }
        scopeOfTask.releaseSpareStorage()
    }

    /// Publishes a task that goes on; after its end nothing, because its end has an item of its own.
    private func update(_ record: TaskRecord) -> TaskSnapshot? {
        let previous = lastSnapshot(of: record)
        guard previous?.state.isTerminal != true else { return nil }
        let snapshot = TaskSnapshot(publishing: record, after: previous, at: time.now(), &estimates)
        guard !snapshot.state.isTerminal else { return nil }
        each(of: record) { $0.update(snapshot) }
        return snapshot
    }

    /// A task as it was published last, or told if it is hidden.
    private func lastSnapshot(of record: TaskRecord) -> TaskSnapshot? {
        record.info.isVisible ? view.tasks[id: record.id] : told[record.id]
    }

    private func tellProgress(_ snapshot: TaskSnapshot, of record: TaskRecord) {
        let (isListened, isObserved) = (events.hasSubscribers, record.isObserved(in: view))
        guard isListened || isObserved, snapshot.hasProgressed(since: told[snapshot.id]) else { return }
        told[snapshot.id] = snapshot
        let event = TaskEvent(.progressed, of: snapshot)
        if isListened {
            // Nothing of a task after its end, which another thread may be about to tell.
            record.whileLive { events.append(event) }
            events.deliver()
        }
        if isObserved { callbacks.append(.noted(record, event)) }
    }

    /// The views that a task has a place in.
    private func each(of record: TaskRecord, _ body: (TaskManager) -> Void) {
        guard record.info.isVisible else { return }
        body(view)
        if let scope = record.scope { body(touched(scope)) }
    }

    private func touched(_ scope: ScopeCore) -> TaskManager {
        if scopes[scope.id] == nil {
            scopes[scope.id] = scope.view
            scope.view.beginChanges()
        }
        return scope.view
    }
}
