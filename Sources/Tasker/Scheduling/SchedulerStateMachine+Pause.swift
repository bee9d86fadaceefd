extension SchedulerStateMachine {
    /// Pauses a task: if it waits, it goes on waiting; if its body runs, that is told to stand still.
    ///
    /// - Returns: Whether that changed anything.
    mutating func pause(_ id: TaskID, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        guard let slot = table.slot(of: id), table[slot].isLive, !table[slot].flags.contains(.isPaused) else {
            return (false, [])
        }
        var actions: [Action] = []
        if table[slot].phase == .ready {
            leaveQueue(slot)
            table[slot].phase = table[slot].flags.contains(.hasBody) ? .parked : .held
        }
        table[slot].flags.insert(.isPaused)
        hold(slot, &actions)
        settle(&actions)
        return (true, actions)
    }

    /// Takes back a ``pause(_:at:)``; the task goes on unless its group or the manager is paused.
    mutating func resume(_ id: TaskID, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        guard let slot = table.slot(of: id), table[slot].isLive, table[slot].flags.contains(.isPaused) else {
            return (false, [])
        }
        var actions: [Action] = []
        table[slot].flags.remove(.isPaused)
        if table[slot].phase == .held { enterQueue(slot) }
        letGo(slot, &actions)
        settle(&actions)
        return (true, actions)
    }

    /// Pauses or resumes a group.
    mutating func setPaused(_ isPaused: Bool, group: String, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        let lane = lanes.makeNumber(of: group)
        defer { lanes.releaseIfSpare(lane) }
        guard lanes[lane].isPaused != isPaused else { return (false, []) }
        lanes[lane].isPaused = isPaused
        lanes.updateHeads(of: lane)
        return (true, holdOrLetGo(lanes[lane].bodies))
    }

    /// Pauses or resumes everything.
    mutating func setPaused(_ isPaused: Bool, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        guard self.isPaused != isPaused else { return (false, []) }
        self.isPaused = isPaused
        return (true, holdOrLetGo(lanes.all.flatMap { lanes[$0].bodies }))
    }

    func isPaused(group: String) -> Bool {
        lanes.number(of: group).map { lanes[$0].isPaused } ?? false
    }

    private mutating func holdOrLetGo(_ slots: [Slot]) -> [Action] {
        var actions: [Action] = []
        for slot in slots.sorted(by: { table[$0].id < table[$1].id }) {
            if isToStandStill(slot) { hold(slot, &actions) } else { letGo(slot, &actions) }
        }
        settle(&actions)
        return actions
    }

    /// A body is at a place where it can stand still.
    ///
    /// - Returns: Whether it is to stand still until it is told to go on.
    mutating func reachedCheckpoint(_ id: TaskID, at time: Uptime) -> (standsStill: Bool, actions: [Action]) {
        advance(to: time)
        guard let slot = table.slot(of: id) else { return (false, []) }
        var actions: [Action] = []
        if table[slot].phase == .running, table[slot].isLive, table[slot].flags.contains(.isTold) {
            park(slot)
            settle(&actions)
        }
        // Also for another thread of the same body that comes later.
        let phase = table[slot].phase
        return (table[slot].flags.contains(.hasBody) && (phase == .parked || phase == .ready), actions)
    }

    private func isToStandStill(_ slot: Slot) -> Bool {
        let entry = table[slot]
        return isPaused || lanes[entry.lane].isPaused || entry.flags.contains(.isPaused)
    }

    private mutating func hold(_ slot: Slot, _ actions: inout [Action]) {
        let entry = table[slot]
        // Not where its time is up: a process that is stopped does not hear that it shall end.
        guard entry.phase == .running, entry.isLive, entry.flags.isDisjoint(with: [.isTold, .isTimedOut])
        else { return }
        actions.append(.pauseBody(entry.task))
        if entry.stopsAtOnce { park(slot) } else { table[slot].flags.insert(.isTold) }
    }

    private mutating func letGo(_ slot: Slot, _ actions: inout [Action]) {
        let entry = table[slot]
        guard entry.isLive, !isToStandStill(slot) else { return }
        if entry.phase == .parked {
            enterQueue(slot)
        } else if entry.flags.contains(.isTold) {
            table[slot].flags.remove(.isTold)
            actions.append(.resumeBody(entry.task))
        }
    }

    private mutating func park(_ slot: Slot) {
        releaseSlot(slot)
        table[slot].phase = .parked
        table[slot].flags.remove(.isTold)
        if table[slot].due != .never { table[slot].due = .zero + (table[slot].due - now) }
        setTimer(slot)
    }
}
