extension Scheduler {
    // MARK: - Pause

    func setPaused(_ isPaused: Bool, _ id: TaskID) -> Bool {
        change { state, now in
            let (changed, actions) =
                isPaused ? state.machine.pause(id, at: now) : state.machine.resume(id, at: now)
            if changed, let record = state.machine.task(id) {
                record.setPaused(isPaused)
                state.notePause(record)
                state.change(record)
            }
            state.resolve(actions)
            return changed
        }
    }

    func setPaused(_ isPaused: Bool, group: String) -> Bool {
        change { state, now in
            let (changed, actions) = state.machine.setPaused(isPaused, group: group, at: now)
            state.resolve(actions)
            return changed
        }
    }

    func setPaused(_ isPaused: Bool) -> Bool {
        change { state, now in
            let (changed, actions) = state.machine.setPaused(isPaused, at: now)
            state.resolve(actions)
            return changed
        }
    }

    /// A body is where it can stand still.
    ///
    /// - Returns: Whether it is to.
    func reachedCheckpoint(_ record: TaskRecord) -> Bool {
        change { state, now in
            let stoodStill = state.machine.isStandingStill(record.id)
            let (standsStill, actions) = state.machine.reachedCheckpoint(record.id, at: now)
            if standsStill, !stoodStill { state.standStill(record) }
            state.resolve(actions)
            return standsStill
        }
    }

    /// Closes a scope and cancels its tasks.
    func close(_ scope: ScopeCore) -> Int {
        change { state, now in
            scope.close()
            let (count, actions) = state.machine.cancel(scope: scope.id, reason: .scopeClosed, at: now)
            state.resolve(actions)
            return count
        }
    }

    // MARK: - Priority and limits

    func setPriority(_ priority: SchedulingPriority, of id: TaskID) -> Bool {
        let record = change { state, now in
            let record = state.machine.setPriority(priority, of: id, at: now)
            record?.setPriority(priority)
            return record
        }
        // Published like progress: whoever sorts a list by hand sets many, some of them more than once.
        record?.markChanged()
        return record != nil
    }

    func setLimit(_ limit: Int?, of scope: LimitScope) {
        change { state, now in state.resolve(state.machine.setLimit(limit, of: scope, at: now)) }
    }

    // MARK: - Queries

    func live(_ id: TaskID) -> TaskRecord? {
        read { $0.machine.task(id) }
    }

    func snapshot(of id: TaskID) -> TaskSnapshot? {
        let (record, finished) = read { ($0.machine.task(id).flatMap(\.unended), $0.finished[id]?.value.snapshot) }
        return finished ?? record.map { $0.snapshot(at: time.now()) }
    }

    func snapshot(ofKey key: String, scope: ScopeCore? = nil) -> TaskSnapshot? {
        let fullKey = ScopeLabel.key(key, of: scope?.label)
        let (record, finished) = read { state in
            (state.machine.newest(of: fullKey).flatMap(\.unended), state.finished[key: fullKey]?.value.snapshot)
        }
        return record.map { $0.snapshot(at: time.now()) } ?? finished
    }

    /// Every visible task that has not ended, and those of the ended ones that are kept.
    func snapshots(
        in states: Set<TaskState>,
        group: String?,
        kind: TaskKind?,
        order: TaskOrder,
        scope: ScopeCore?
    ) -> [TaskSnapshot] {
        func isIncluded(_ task: TaskSnapshot) -> Bool {
            task.isVisible && states.contains(task.state) && task.group == group ?? task.group
                && task.kind == kind ?? task.kind && (scope == nil || task.belongs(to: scope))
        }
        // In parts, so that a million tasks do not keep the lock; whoever ends meanwhile is found among the ended.
        var found: [TaskID: TaskSnapshot] = [:]
        var begin = 0
        while begin >= 0 {
            let (records, next) = read { [begin] in $0.machine.tasks(from: begin, count: 4096) }
            for record in records.compactMap(\.unended) {
                found[record.id] = record.snapshot(at: time.now())
            }
            begin = next
        }
        for entry in read({ Array($0.finished.oldestFirst) }) { found[entry.id] = entry.value.snapshot }
        let tasks = found.values.filter(isIncluded)
        return switch order {
        case .oldestFirst: tasks.sorted { $0.id < $1.id }
        case .newestFirst: tasks.sorted { $0.id > $1.id }
        }
    }

    func removeFinished() -> Int {
        change { state, _ in
            let removed = state.finished.removeAll()
            state.forget(removed)
            return removed.count
        }
    }
}

extension TaskRecord {
    /// The task if it has not ended: one that was abandoned has, although its body runs and its key is taken.
    fileprivate var unended: TaskRecord? {
        state.isTerminal ? nil : self
    }
}
