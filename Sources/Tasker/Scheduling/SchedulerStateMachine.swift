/// Which task may run, wait or must end: a pure state machine that calls nothing, reads no clock and holds no lock.
///
/// Each transition is told the time and returns the actions to perform; ``Scheduler`` performs them after it has released its
/// lock. `Task` is whatever the owner wants to be told of.
struct SchedulerStateMachine<Task> {
    typealias Slot = TaskTable<Entry>.Slot
    typealias Entry = TaskEntry<Task>

    enum Action {
        /// Run the body: for the first time, or again for another attempt or iteration.
        case start(Task)
        /// Tell the body that runs to end.
        case cancelBody(Task, CancelReason)
        /// The task ends without, or before the end of, its body.
        case finish(Task, Ending)
        /// Tell the body to stand still as soon as it can.
        case pauseBody(Task)
        /// Let the body that stands still go on, or take back that it shall stand still.
        case resumeBody(Task)
    }

    enum Ending: Equatable {
        case cancelled(CancelReason)
        case timedOut
        case keyInUse
        case queueFull
        case dependencyCycle
        case scopeClosed
        case shutDown
    }

    enum Submission {
        case accepted
        /// The live task of the key takes its place.
        case kept(Task)
        /// Too many wait; nothing was changed.
        case full
    }

    // Not private, because the transitions are in several files; nobody but they touches any of it.
    var table = TaskTable<Entry>()
    var now = Uptime.zero
    var lines: [String: KeyLine] = [:]
    var lanes = LaneTable()
    var timers = IndexedHeap<Uptime>()
    var queuePositions = HeapPositions()
    var timerPositions = HeapPositions()
    var bodyPositions = HeapPositions()
    var dependencies = DependencyGraph()
    var cancelReasons: [TaskID: CancelReason] = [:]
    var scopes: [ScopeID: Set<TaskID>] = [:]
    var scopeOfTask: [TaskID: ScopeID] = [:]
    /// Tasks that have ended while others waited for them.
    var ended: [(id: TaskID, succeeded: Bool)] = []
    var limits: SchedulerLimits
    /// In nanoseconds, how long it takes to gain a point of priority.
    let ageing: Int64?
    var runningCount = 0
    var runningByKind = TaskKind.allCases.map { _ in 0 }
    var abandonedCount = 0
    var isPaused = false
    /// How many tasks wait for their first start.
    private(set) var pendingCount = 0
    private(set) var isClosed = false

    init(limits: SchedulerLimits, ageing: Duration? = nil) {
        self.limits = limits
        self.ageing = ageing.map { max($0.bounded.wholeNanoseconds, 1) }
    }

    /// Whether nothing waits and no body runs that has not been reported as ended.
    var isIdle: Bool {
        table.count == abandonedCount
    }

    // MARK: - Submit

    /// Takes a task in.
    mutating func submit(_ request: TaskRequest, _ task: Task, at time: Uptime) -> (Submission, [Action]) {
        advance(to: time)
        guard !isClosed else { return (.accepted, [.finish(task, .shutDown)]) }
        var actions: [Action] = []
        var replaced: [TaskID] = []
        if let line = request.key.flatMap({ lines[$0] }), let newest = entry(line.newest) {
            switch request.keyPolicy.storage {
            case .keep where newest.isLive:
                return (.kept(newest.task), [])
            case .reject where newest.isLive:
                return (.accepted, [.finish(task, .keyInUse)])
            case .replace:
                replaced = line.tasks
            case .keep, .reject, .enqueue:
                break
            }
        }
        if !replaced.isEmpty, !request.dependencies.isEmpty, leads(from: request.dependencies, to: Set(replaced)) {
            return (.accepted, [.finish(task, .dependencyCycle)])
        }
        if !request.hasFailedDependency, isFull(for: request, replacing: replaced) { return (.full, []) }
        for id in replaced { cancel(id, .keyReplaced, &actions) }
        if request.hasFailedDependency {
            actions.append(.finish(task, .cancelled(.dependencyFailed)))
        } else {
            insert(request, task)
        }
        settle(&actions)
        return (.accepted, actions)
    }

    private mutating func insert(_ request: TaskRequest, _ task: Task) {
        let lane = lanes.enter(group: request.group)
        let slot = table.insert(TaskEntry(task, request: request, lane: lane, now: now), id: request.id)
        pendingCount += 1
        if let key = request.key {
            if lines[key]?.append(request.id) == nil { lines[key] = KeyLine(request.id) }
        }
        if let scope = request.scope {
            scopes[scope, default: []].insert(request.id)
            scopeOfTask[request.id] = scope
        }
        for dependency in request.dependencies {
            dependencies.add(request.id, on: dependency)
            if let awaited = table.slot(of: dependency) { table[awaited].flags.insert(.isAwaited) }
        }
        comeForward(slot)
    }

    // MARK: - The end of a body

    /// What becomes of a task whose body has ended.
    enum BodyEnd: Equatable {
        /// It ends as the body ended, or as cancelled, or, if the reason is `timeout`, as failed for that.
        case ends(CancelReason?)
        /// Another body follows.
        case goesOn
        /// It was reported as ended before.
        case wasAbandoned
    }

    /// A body has returned, and it is yet to be decided whether another one follows; its time is no longer running.
    ///
    /// - Returns: Whether its time was up, so that what it returned does not count.
    mutating func bodyReturned(_ id: TaskID) -> Bool {
        guard let slot = table.slot(of: id) else { return false }
        if table[slot].flags.contains(.hasBody) {
            table[slot].due = .never
            setTimer(slot)
        }
        return table[slot].flags.contains(.isTimedOut)
    }

    /// A body has ended.
    ///
    /// - Parameter next: When another body is to begin, for another attempt or iteration; nil: the task ends.
    mutating func bodyEnded(
        _ id: TaskID,
        succeeded: Bool,
        next: Uptime? = nil,
        at time: Uptime
    ) -> (end: BodyEnd, actions: [Action]) {
        advance(to: time)
        guard let slot = table.slot(of: id), table[slot].flags.contains(.hasBody) else {
            preconditionFailure("A body of task \(id) ended and none had begun.")
        }
        var actions: [Action] = []
        leaveQueue(slot)
        releaseSlot(slot)
        forgetBody(slot)
        let end = bodyEnd(slot, next: next)
        switch end {
        case .wasAbandoned:
            abandonedCount -= 1
            retire(slot, succeeded: false)
        case .ends(let reason):
            retire(slot, succeeded: succeeded && reason == nil)
        case .goesOn:
            table[slot].flags.subtract([.isTimedOut, .isTold])
            table[slot].due = next ?? now
            table[slot].since = table[slot].due
            comeForward(slot)
        }
        settle(&actions)
        return (end, actions)
    }

    private func bodyEnd(_ slot: Slot, next: Uptime?) -> BodyEnd {
        let flags = table[slot].flags
        if table[slot].phase == .abandoned { return .wasAbandoned }
        if flags.contains(.isCancelled) { return .ends(cancelReasons[table[slot].id]) }
        guard next != nil else { return .ends(nil) }
        // It would go on for ever.
        return isClosed && flags.contains(.isPeriodic) ? .ends(.shutdown) : .goesOn
    }

    // MARK: - Life

    /// Refuses new tasks from now on, and ends periodic ones that wait for their next iteration.
    mutating func close(at time: Uptime) -> [Action] {
        isClosed = true
        let waiting = ids { $0.flags.contains(.isPeriodic) && !$0.isPending && !$0.flags.contains(.hasBody) }
        return cancel(waiting, reason: .shutdown, at: time).actions
    }

    /// Takes tasks again.
    mutating func open() {
        isClosed = false
    }

    /// Reports every task whose body runs as cancelled, although the body has not ended.
    mutating func abandonAll(at time: Uptime) -> [Action] {
        advance(to: time)
        var actions: [Action] = []
        for slot in Array(table.slots) where table[slot].flags.contains(.hasBody) && table[slot].phase != .abandoned {
            let entry = table[slot]
            leaveQueue(slot)
            let reason = cancelReasons[entry.id] ?? .shutdown
            abandon(slot, reason == .timeout ? .timedOut : .cancelled(reason), &actions)
        }
        settle(&actions)
        return actions
    }

    // MARK: - Steps

    mutating func advance(to time: Uptime) {
        now = max(now, time)
    }

    /// Lets a task without a body stand where it belongs: blocked, delayed, in the queue.
    mutating func comeForward(_ slot: Slot) {
        if table[slot].flags.contains(.hasDependencies) || !isFirstOfItsKey(slot) {
            table[slot].phase = .blocked
        } else if table[slot].due > now {
            table[slot].phase = .delayed
        } else {
            enterQueue(slot)
        }
        setTimer(slot)
    }

    private func isFirstOfItsKey(_ slot: Slot) -> Bool {
        guard let key = table[slot].key else { return true }
        return lines[key]?.first == table[slot].id
    }

    mutating func abandon(_ slot: Slot, _ ending: Ending, _ actions: inout [Action]) {
        let entry = table[slot]
        table[slot].phase = .abandoned
        abandonedCount += 1
        setTimer(slot)
        if entry.flags.contains(.isAwaited) { ended.append((entry.id, false)) }
        table[slot].flags.remove(.isAwaited)
        actions.append(.finish(entry.task, ending))
    }

    /// Notes that a task's first body begins.
    mutating func noteBegin(_ slot: Slot) {
        guard table[slot].isPending else { return }
        pendingCount -= 1
        table[slot].flags.insert(.hasBegun)
    }

    /// Forgets a task that has ended, and lets the next of its key come forward.
    mutating func retire(_ slot: Slot, succeeded: Bool) {
        let id = table[slot].id
        leaveQueue(slot)
        timers.remove(slot, &timerPositions)
        let entry = table.remove(slot, id: id)
        if entry.isPending { pendingCount -= 1 }
        if entry.flags.contains(.isCancelled) { cancelReasons[id] = nil }
        if entry.flags.contains(.hasDependencies) { dependencies.remove(id) }
        if entry.flags.contains(.isAwaited) { ended.append((id, succeeded)) }
        if entry.flags.contains(.isScoped) { leaveScope(id) }
        lanes.leave(entry.lane)
        if let key = entry.key { leaveLine(key, id) }
        if table.count == 0 { releaseSpareStorage() }
    }

    private mutating func leaveLine(_ key: String, _ id: TaskID) {
        let wasFirst = lines[key]?.first == id
        if lines[key]?.remove(id) == false {
            lines[key] = nil
        } else if wasFirst, let next = (lines[key]?.first).flatMap({ table.slot(of: $0) }) {
            comeForward(next)
        }
    }

    private mutating func leaveScope(_ id: TaskID) {
        guard let scope = scopeOfTask.removeValue(forKey: id) else { return }
        scopes[scope]?.remove(id)
        if scopes[scope]?.isEmpty == true { scopes[scope] = nil }
    }

    private mutating func releaseSpareStorage() {
        queuePositions.releaseSpareStorage()
        timerPositions.releaseSpareStorage()
        bodyPositions.releaseSpareStorage()
        lines.releaseSpareStorage()
        dependencies.releaseSpareStorage()
        scopes.releaseSpareStorage()
        scopeOfTask.releaseSpareStorage()
        cancelReasons.releaseSpareStorage()
    }
}

extension SchedulerStateMachine.Action: Equatable where Task: Equatable {}
