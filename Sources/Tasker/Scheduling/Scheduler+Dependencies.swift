extension Scheduler {
    /// See ``TaskHandle/addDependency(_:)``.
    func addDependency(_ dependency: TaskRecord, to record: TaskRecord) throws -> Bool {
        if dependency.state == .completed { return record.state == .pending }
        let addition =
            closesForeignCircle(dependency, record)
            ? .cycle
            : change { engine, now -> DependencyAddition in
                let addition = engine.machine.addDependency(dependency.id, to: record.id, at: now)
                guard addition == .added else { return addition }
                // Read here: one of this manager's ends under the lock that is held, and nobody would tell of it later. Read
                // once: one of another manager ends when it likes.
                let state = dependency.state
                if state.isTerminal {
                    let succeeded = state == .completed
                    engine.resolve(engine.machine.dependencyEnded(dependency.id, succeeded: succeeded, at: now))
                } else {
                    engine.noteForeign([dependency], of: record)
                }
                return addition
            }
        switch addition {
        case .tooLate: return false
        case .cycle: throw Machine.Ending.dependencyCycleError(of: record.info)
        case .added:
            awaitForeign([dependency], of: record)
            return true
        }
    }

    /// Waits for tasks of other managers, which this one's machine does not hear of.
    func awaitForeign(_ dependencies: [TaskRecord], of record: TaskRecord) {
        for dependency in dependencies where dependency.scheduler !== self && !record.state.isTerminal {
            Task.detached(executorPreference: ThreadPool.supervision) { [weak self] in
                // Nobody cancels this task.
                try? await dependency.waitUntilEnded()
                self?.dependencyEnded(dependency)
            }
        }
    }

    private func dependencyEnded(_ dependency: TaskRecord) {
        change { state, now in
            let succeeded = dependency.state == .completed
            state.resolve(state.machine.dependencyEnded(dependency.id, succeeded: succeeded, at: now))
        }
    }

    // MARK: - Circles

    /// Whether a circle would be closed that leads through other managers, which this one's machine does not see.
    ///
    /// Looked for before the dependency is added and not under one lock with it, because there are several managers: of two
    /// threads that close one circle from two sides at the same moment neither sees the other.
    private func closesForeignCircle(_ dependency: TaskRecord, _ record: TaskRecord) -> Bool {
        guard dependency.scheduler !== self || read({ !$0.foreignDependencies.isEmpty }) else { return false }
        guard record.state == .pending else { return false }
        var visited: Set<TaskID> = [dependency.id]
        var open = [dependency]
        // Whose line has been followed to its beginning: for each task of a long line anew it would be quadratic.
        var followed: Set<TaskID> = []
        while let next = open.popLast() {
            if next === record { return true }
            let (awaited, before) = next.scheduler.awaited(by: next.id, withLine: !followed.contains(next.id))
            followed.formUnion(before.map(\.id))
            open += (awaited + before).filter { visited.insert($0.id).inserted }
        }
        return false
    }

    /// The tasks that must end before a task starts: its dependencies, and those of its key whose turns are earlier.
    private func awaited(by id: TaskID, withLine: Bool) -> (dependencies: [TaskRecord], before: [TaskRecord]) {
        read { state in
            let own = state.machine.dependencies.dependencies(of: id).compactMap { state.machine.task($0) }
            let foreign = (state.foreignDependencies[id] ?? []).compactMap(\.record)
            let before = withLine ? state.machine.tasksBefore(id).compactMap { state.machine.task($0) } : []
            return (own + foreign, before)
        }
    }
}

/// A task of another manager that is waited for.
struct ForeignDependency {
    /// Its own manager holds it until it ends.
    weak let record: TaskRecord?
}

extension SchedulerState {
    /// Notes which tasks of other managers a task waits for.
    mutating func noteForeign(_ dependencies: [TaskRecord], of record: TaskRecord) {
        let foreign = dependencies.filter { $0.scheduler !== record.scheduler && !$0.state.isTerminal }
        guard !foreign.isEmpty else { return }
        foreignDependencies[record.id, default: []] += foreign.map(ForeignDependency.init)
    }

    /// Forgets what a task waited for that has started or ended.
    mutating func forgetForeign(_ record: TaskRecord) {
        guard !foreignDependencies.isEmpty else { return }
        foreignDependencies[record.id] = nil
        foreignDependencies.releaseSpareStorage()
    }
}
