@testable import Tasker

/// What a scheduler's state machine promises, in the plainest form: one array in the order of submission, looked through from
/// the beginning for every question.
///
/// Written from the contract and the documentation of the options, not from the machine.
struct SchedulerModel {
    typealias Machine = MachineFixture.Machine
    typealias Action = Machine.Action

    enum Body {
        case none
        case working
        /// Works, and was told to stand still as soon as it can.
        case told
        /// Stands still and holds no slot.
        case still
    }

    struct Entry {
        let request: TaskRequest
        let number: UInt64
        var priority: SchedulingPriority
        let deadline: Uptime?
        /// The tasks that must end before it starts.
        var awaited: Set<TaskID>
        /// When its next body may begin, which is also when its wait for a slot counts from.
        var earliestStart: Uptime
        /// When it was seen that nothing but the time keeps it from a slot; nil while its key or a dependency does.
        var free: Uptime?
        var hasBegun = false
        var body = Body.none
        var holdsSlot = false
        /// When the time of the body that works is up.
        var end: Uptime?
        /// What is left of the time of a body that stands still.
        var timeLeft: Duration?
        var isTimedOut = false
        var isPaused = false
        /// Set when it was asked to end.
        var ending: Machine.Ending?
        /// Whether it has ended although its body has not.
        var isReported = false

        var id: TaskID { request.id }
        var isPending: Bool { !hasBegun }
        var isLive: Bool { ending == nil && !isReported }
        var hasBody: Bool { body != .none }
    }

    var entries: [Entry] = []
    var now = Uptime.zero
    var isClosed = false
    var isPaused = false
    var pausedGroups: Set<String> = []
    var lastPass = Uptime.zero
    var limits: SchedulerLimits
    var groupLimits: [String: Int] = [:]
    let ageing: Duration?
    /// Tasks that have ended in this step.
    var ended: [(id: TaskID, succeeded: Bool)] = []

    init(limits: SchedulerLimits, ageing: Duration?) {
        self.limits = limits
        self.ageing = ageing
    }

    // MARK: - Submit

    enum Submission: Equatable {
        case accepted
        case kept(UInt64)
        case full
    }

    mutating func submit(_ request: TaskRequest, _ number: UInt64, at time: Uptime) -> (Submission, [Action]) {
        advance(to: time)
        guard !isClosed else { return (.accepted, [.finish(number, .shutDown)]) }
        let line = entries.filter { $0.request.key != nil && $0.request.key == request.key }
        if let live = line.last(where: \.isLive) {
            if request.keyPolicy == .keep { return (.kept(live.number), []) }
            if request.keyPolicy == .reject { return (.accepted, [.finish(number, .keyInUse)]) }
        }
        let replaced = request.keyPolicy == .replace ? line.map(\.id) : []
        if !replaced.isEmpty, replaced.contains(where: { awaits($0, from: request.dependencies) }) {
            return (.accepted, [.finish(number, .dependencyCycle)])
        }
        if let limit = limits.pending, !request.hasFailedDependency {
            // Who would start at once is not one of those that wait; who replaces others counts as one.
            let others = entries.count { $0.isPending && !replaced.contains($0.id) }
            if others >= limit, !line.isEmpty || !wouldStart(request) { return (.full, []) }
        }
        var actions: [Action] = []
        for id in replaced { cancel(id, .keyReplaced, &actions) }
        if request.hasFailedDependency {
            actions.append(.finish(number, .cancelled(.dependencyFailed)))
        } else {
            let start = now + request.delay
            entries.append(
                Entry(
                    request: request,
                    number: number,
                    priority: request.priority,
                    deadline: request.deadline.map { now + $0 },
                    awaited: Set(request.dependencies),
                    earliestStart: start
                )
            )
        }
        settle(&actions)
        return (.accepted, actions)
    }

    func wouldStart(_ request: TaskRequest) -> Bool {
        var copy = self
        copy.limits.pending = nil
        return copy.submit(request, 0, at: now).1.contains(.start(0))
    }

    // MARK: - Cancel

    mutating func cancel(_ ids: [TaskID], _ reason: CancelReason, at time: Uptime) -> (count: Int, actions: [Action]) {
        advance(to: time)
        var actions: [Action] = []
        let count = ids.count { cancel($0, reason, &actions) }
        settle(&actions)
        return (count, actions)
    }

    func ids(where isIncluded: (Entry) -> Bool) -> [TaskID] {
        entries.filter(isIncluded).map(\.id)
    }

    @discardableResult
    mutating func cancel(_ id: TaskID, _ reason: CancelReason, _ actions: inout [Action]) -> Bool {
        guard let index = index(of: id), entries[index].isLive else { return false }
        end(index, .cancelled(reason), &actions)
        return true
    }

    mutating func end(_ index: Int, _ ending: Machine.Ending, _ actions: inout [Action]) {
        let entry = entries[index]
        guard entry.hasBody else {
            actions.append(.finish(entry.number, ending))
            return remove(index, succeeded: false)
        }
        entries[index].ending = ending
        actions.append(
            .cancelBody(entry.number, ending == .timedOut ? .timeout : reason(of: ending))
        )
        if entry.body != .working {
            // It ends without waiting for a slot.
            entries[index].body = .working
            actions.append(.resumeBody(entry.number))
        }
        if entry.request.isAbandonable { report(index, ending, &actions) }
    }

    func reason(of ending: Machine.Ending) -> CancelReason {
        if case .cancelled(let reason) = ending { reason } else { .timeout }
    }

    mutating func report(_ index: Int, _ ending: Machine.Ending, _ actions: inout [Action]) {
        entries[index].isReported = true
        actions.append(.finish(entries[index].number, ending))
        ended.append((entries[index].id, false))
    }

    mutating func remove(_ index: Int, succeeded: Bool) {
        let entry = entries.remove(at: index)
        if !entry.isReported { ended.append((entry.id, succeeded)) }
    }

    // MARK: - Bodies

    mutating func bodyReturned(_ id: TaskID) -> Bool {
        guard let index = index(of: id) else { return false }
        (entries[index].end, entries[index].timeLeft) = (nil, nil)
        return entries[index].isTimedOut
    }

    mutating func bodyEnded(
        _ id: TaskID,
        succeeded: Bool,
        next: Uptime?,
        at time: Uptime
    ) -> (end: Machine.BodyEnd, actions: [Action]) {
        advance(to: time)
        guard let index = index(of: id) else { preconditionFailure("Task \(id) has no body.") }
        let entry = entries[index]
        entries[index].body = .none
        entries[index].holdsSlot = false
        var actions: [Action] = []
        let end: Machine.BodyEnd
        if entry.isReported {
            end = .wasAbandoned
            remove(index, succeeded: false)
        } else if let ending = entry.ending {
            end = .ends(reason(of: ending))
            remove(index, succeeded: false)
        } else if next != nil, isClosed, entry.request.isPeriodic {
            end = .ends(.shutdown)
            remove(index, succeeded: false)
        } else if let next {
            end = .goesOn
            entries[index].isTimedOut = false
            entries[index].earliestStart = next
            entries[index].free = now
            (entries[index].end, entries[index].timeLeft) = (nil, nil)
        } else {
            end = .ends(nil)
            remove(index, succeeded: succeeded)
        }
        settle(&actions)
        return (end, actions)
    }

    // MARK: - Priority, limits, dependencies

    mutating func setPriority(_ priority: SchedulingPriority, of id: TaskID, at time: Uptime) -> Bool {
        advance(to: time)
        guard let index = index(of: id), entries[index].isPending else { return false }
        entries[index].priority = priority
        return true
    }

    mutating func setLimit(_ limit: Int?, of scope: LimitScope, at time: Uptime) -> [Action] {
        advance(to: time)
        let limit = limit.map { $0 < 1 ? 1 : $0 }
        switch scope.storage {
        case .all: limits.all = limit ?? .max
        case .kind(let kind): limits.byKind[kind.index] = limit ?? .max
        case .pending: limits.pending = limit
        case .group(let name): groupLimits[name] = limit
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
        case .group(let name): groupLimits[name]
        }
    }

    mutating func addDependency(_ dependency: TaskID, to id: TaskID, at time: Uptime) -> DependencyAddition {
        advance(to: time)
        guard let index = index(of: id), entries[index].isPending else { return .tooLate }
        guard !awaits(id, from: [dependency]) else { return .cycle }
        entries[index].awaited.insert(dependency)
        entries[index].free = nil
        return .added
    }

    /// Whether one of some tasks is a certain one or waits for it, directly or not: as a dependency, or for the turn of its key.
    func awaits(_ goal: TaskID, from starts: [TaskID]) -> Bool {
        var reached = Set(starts)
        while true {
            var more = reached
            for (index, entry) in entries.enumerated() where reached.contains(entry.id) {
                more.formUnion(entry.awaited)
                if let key = entry.request.key {
                    more.formUnion(entries[..<index].filter { $0.request.key == key }.map(\.id))
                }
            }
            if more.contains(goal) { return true }
            if more == reached { return false }
            reached = more
        }
    }

    mutating func dependencyEnded(_ id: TaskID, succeeded: Bool, at time: Uptime) -> [Action] {
        advance(to: time)
        var actions: [Action] = []
        ended.append((id, succeeded))
        settle(&actions)
        return actions
    }

    // MARK: - Time, life

    mutating func passTime(to time: Uptime) -> [Action] {
        advance(to: time)
        lastPass = now
        var actions: [Action] = []
        for id in ids(where: { $0.isLive && $0.deadline ?? .never <= now }) {
            if let index = index(of: id) { end(index, .timedOut, &actions) }
        }
        for id in ids(where: { $0.isLive && $0.hasBody && $0.end ?? .never <= now }) {
            guard let index = index(of: id) else { continue }
            entries[index].end = nil
            if entries[index].request.retriesTimeouts {
                entries[index].isTimedOut = true
                actions.append(.cancelBody(entries[index].number, .timeout))
            } else {
                end(index, .timedOut, &actions)
            }
        }
        settle(&actions)
        return actions
    }

    mutating func close(at time: Uptime) -> [Action] {
        isClosed = true
        return cancel(ids { $0.request.isPeriodic && !$0.isPending && !$0.hasBody }.sorted(), .shutdown, at: time)
            .actions
    }

    mutating func open() {
        isClosed = false
    }

    mutating func abandonAll(at time: Uptime) -> [Action] {
        advance(to: time)
        var actions: [Action] = []
        for index in entries.indices where entries[index].hasBody && !entries[index].isReported {
            report(index, entries[index].ending ?? .cancelled(.shutdown), &actions)
        }
        settle(&actions)
        return actions
    }
}
