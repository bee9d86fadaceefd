/// What became of a dependency that was to be added.
enum DependencyAddition {
    case added
    /// Neither task would ever run.
    case cycle
    /// The task has started, or ended.
    case tooLate
}

extension SchedulerStateMachine {
    // MARK: - The queue

    /// Lets a task that could start wait for a slot.
    mutating func enterQueue(_ slot: Slot) {
        // Field by field: a copy of the entry would retain what it holds.
        let flags = table[slot].flags
        guard !flags.contains(.isPaused) else {
            table[slot].phase = flags.contains(.hasBody) ? .parked : .held
            return
        }
        table[slot].phase = .ready
        let (lane, kind) = (table[slot].lane, table[slot].kind.index)
        let rank = StartRank(
            priority: table[slot].priority,
            since: table[slot].since,
            id: table[slot].id,
            ageing: ageing
        )
        lanes[lane].queues[kind].set(slot, rank, &queuePositions)
        lanes.updateHead(of: lane, kind: kind)
    }

    mutating func leaveQueue(_ slot: Slot) {
        guard table[slot].phase == .ready else { return }
        let (lane, kind) = (table[slot].lane, table[slot].kind.index)
        lanes[lane].queues[kind].remove(slot, &queuePositions)
        lanes.updateHead(of: lane, kind: kind)
    }

    /// What every transition ends with: those that waited for tasks that have ended move, and slots are filled.
    mutating func settle(_ actions: inout [Action]) {
        var next = 0
        while next < ended.count {
            let (id, succeeded) = ended[next]
            next += 1
            for dependant in dependencies.dependants(of: id) { settle(dependant, after: id, succeeded, &actions) }
        }
        if !ended.isEmpty { ended = [] }
        fillSlots(&actions)
    }

    private mutating func settle(
        _ id: TaskID,
        after dependency: TaskID,
        _ succeeded: Bool,
        _ actions: inout [Action]
    ) {
        guard let slot = table.slot(of: id) else { return }
        if !succeeded, !table[slot].flags.contains(.runsAfterFailures) {
            end(slot, .cancelled(.dependencyFailed), &actions)
        } else if dependencies.satisfy(id, of: dependency) {
            table[slot].flags.remove(.hasDependencies)
            comeForward(slot)
        }
    }

    /// A task that is not in this machine's table has ended.
    mutating func dependencyEnded(_ id: TaskID, succeeded: Bool, at time: Uptime) -> [Action] {
        advance(to: time)
        var actions: [Action] = []
        ended.append((id, succeeded))
        settle(&actions)
        return actions
    }

    /// Lets a task that waits for its first start wait for another one too.
    ///
    /// - Returns: false if it has started, or if the other one has ended.
    mutating func addDependency(_ dependency: TaskID, to id: TaskID, at time: Uptime) -> DependencyAddition {
        advance(to: time)
        guard let slot = table.slot(of: id), table[slot].isPending else { return .tooLate }
        guard !leads(from: [dependency], to: [id]) else { return .cycle }
        leaveQueue(slot)
        dependencies.add(id, on: dependency)
        table[slot].flags.insert(.hasDependencies)
        if let awaited = table.slot(of: dependency) { table[awaited].flags.insert(.isAwaited) }
        comeForward(slot)
        return .added
    }

    private mutating func fillSlots(_ actions: inout [Action]) {
        while !isPaused, runningCount < limits.all {
            var best: (rank: StartRank, lane: Int32, slot: Slot)?
            for kind in runningByKind.indices where runningByKind[kind] < limits.byKind[kind] {
                guard let first = lanes.first(of: kind) else { continue }
                if let current = best, current.rank < first.rank { continue }
                best = first
            }
            guard let best else { return }
            start(best.slot, &actions)
        }
    }

    private mutating func start(_ slot: Slot, _ actions: inout [Action]) {
        leaveQueue(slot)
        takeSlot(slot)
        table[slot].phase = .running
        if table[slot].flags.contains(.hasBody) {
            // What was left of its time when it was paused.
            if table[slot].due != .never { table[slot].due = now + table[slot].due.duration }
            actions.append(.resumeBody(table[slot].task))
        } else {
            noteBegin(slot)
            let (lane, timeout) = (table[slot].lane, table[slot].timeout)
            bodyPositions[slot] = lanes[lane].bodies.count
            lanes[lane].bodies.append(slot)
            table[slot].flags.insert(.hasBody)
            table[slot].due = timeout == .never ? .never : now + timeout.duration
            actions.append(.start(table[slot].task))
        }
        setTimer(slot)
    }

    // MARK: - Slots

    private mutating func takeSlot(_ slot: Slot) {
        table[slot].flags.insert(.hasSlot)
        count(slot, 1)
    }

    mutating func releaseSlot(_ slot: Slot) {
        guard table[slot].flags.contains(.hasSlot) else { return }
        table[slot].flags.remove(.hasSlot)
        count(slot, -1)
    }

    private mutating func count(_ slot: Slot, _ change: Int) {
        let (lane, kind) = (table[slot].lane, table[slot].kind.index)
        runningCount += change
        runningByKind[kind] += change
        let hadRoom = lanes[lane].hasRoom
        lanes[lane].running += change
        if lanes[lane].hasRoom != hadRoom { lanes.updateHeads(of: lane) }
    }

    /// Notes that a task's body has ended.
    mutating func forgetBody(_ slot: Slot) {
        table[slot].flags.remove(.hasBody)
        let lane = table[slot].lane
        guard let position = bodyPositions[slot], let last = lanes[lane].bodies.popLast() else { return }
        bodyPositions[slot] = nil
        guard last != slot else { return }
        lanes[lane].bodies[position] = last
        bodyPositions[last] = position
    }

    // MARK: - Priority and limits

    /// Gives a task that waits for its first start another priority; its place among equals is by the time it came.
    ///
    /// - Returns: The task; nil if there is none that waits.
    mutating func setPriority(_ priority: SchedulingPriority, of id: TaskID, at time: Uptime) -> Task? {
        advance(to: time)
        guard let slot = table.slot(of: id), table[slot].isPending else { return nil }
        table[slot].priority = priority
        if table[slot].phase == .ready { enterQueue(slot) }
        return table[slot].task
    }

    /// Changes a limit; what runs goes on.
    mutating func setLimit(_ limit: Int?, of scope: LimitScope, at time: Uptime) -> [Action] {
        advance(to: time)
        let limit = limit.map { max(1, $0) }
        switch scope.storage {
        case .all: limits.all = limit ?? .max
        case .kind(let kind): limits.byKind[kind.index] = limit ?? .max
        case .pending: limits.pending = limit
        case .group(let name):
            let lane = lanes.makeNumber(of: name)
            lanes[lane].limit = limit
            lanes.updateHeads(of: lane)
            lanes.releaseIfSpare(lane)
        }
        var actions: [Action] = []
        settle(&actions)
        return actions
    }

    func limit(of scope: LimitScope) -> Int? {
        switch scope.storage {
        case .all: limits.all == .max ? nil : limits.all
        case .kind(let kind): limits.byKind[kind.index] == .max ? nil : limits.byKind[kind.index]
        case .pending: limits.pending
        case .group(let name): lanes.number(of: name).flatMap { lanes[$0].limit }
        }
    }

    /// Whether a task would be one too many of those that wait.
    func isFull(for request: TaskRequest, replacing replaced: [TaskID]) -> Bool {
        guard let limit = limits.pending else { return false }
        let leaving = replaced.count { entry($0)?.isPending == true }
        guard pendingCount - leaving >= limit else { return false }
        return !couldStartNow(request)
    }

    private func couldStartNow(_ request: TaskRequest) -> Bool {
        guard request.delay <= .zero, request.dependencies.isEmpty, request.key.flatMap({ lines[$0] }) == nil
        else { return false }
        let lane = request.group.map { lanes.number(of: $0).map { lanes[$0].hasRoom } ?? true } ?? lanes[0].hasRoom
        let kind = request.kind.index
        return lane && !isPaused && runningCount < limits.all && runningByKind[kind] < limits.byKind[kind]
    }
}
