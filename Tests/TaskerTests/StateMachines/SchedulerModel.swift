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
        var attempt = 0
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
        var isPending: Bool { attempt == 0 }
        var isLive: Bool { ending == nil && !isReported }
        var hasBody: Bool { body != .none }
    }

    private(set) var entries: [Entry] = []
    private(set) var now = Uptime.zero
    private(set) var isClosed = false
    private(set) var isPaused = false
    private(set) var pausedGroups: Set<String> = []
    private var lastPass = Uptime.zero
    private var limits: SchedulerLimits
    private var groupLimits: [String: Int] = [:]
    private let ageing: Duration?
    /// Tasks that have ended in this step.
    private var ended: [(id: TaskID, succeeded: Bool)] = []

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

    private func wouldStart(_ request: TaskRequest) -> Bool {
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
    private mutating func cancel(_ id: TaskID, _ reason: CancelReason, _ actions: inout [Action]) -> Bool {
        guard let index = index(of: id), entries[index].isLive else { return false }
        end(index, .cancelled(reason), &actions)
        return true
    }

    private mutating func end(_ index: Int, _ ending: Machine.Ending, _ actions: inout [Action]) {
        let entry = entries[index]
        guard entry.hasBody else {
            actions.append(.finish(entry.number, ending))
            return remove(index, succeeded: false)
        }
        entries[index].ending = ending
        actions.append(
            .cancelBody(entry.number, ending == .timedOut ? .timeout : reason(of: ending), attempt: entry.attempt)
        )
        if entry.body != .working {
            // It ends without waiting for a slot.
            entries[index].body = .working
            actions.append(.resumeBody(entry.number))
        }
        if entry.request.isAbandonable { report(index, ending, &actions) }
    }

    private func reason(of ending: Machine.Ending) -> CancelReason {
        if case .cancelled(let reason) = ending { reason } else { .timeout }
    }

    private mutating func report(_ index: Int, _ ending: Machine.Ending, _ actions: inout [Action]) {
        entries[index].isReported = true
        actions.append(.finish(entries[index].number, ending))
        ended.append((entries[index].id, false))
    }

    private mutating func remove(_ index: Int, succeeded: Bool) {
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

    // MARK: - Pause

    mutating func setPaused(_ isPaused: Bool, _ id: TaskID, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        guard let index = index(of: id), entries[index].isLive, entries[index].isPaused != isPaused else {
            return (false, [])
        }
        entries[index].isPaused = isPaused
        return (true, tellBodies())
    }

    mutating func setPaused(_ isPaused: Bool, group: String, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        guard pausedGroups.contains(group) != isPaused else { return (false, []) }
        if isPaused { pausedGroups.insert(group) } else { pausedGroups.remove(group) }
        return (true, tellBodies())
    }

    mutating func setPaused(_ isPaused: Bool, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        guard self.isPaused != isPaused else { return (false, []) }
        self.isPaused = isPaused
        return (true, tellBodies())
    }

    private func isToStandStill(_ entry: Entry) -> Bool {
        isPaused || entry.isPaused || entry.request.group.map { pausedGroups.contains($0) } ?? false
    }

    /// Tells those bodies to stand still, or no longer to, that are to do otherwise than before.
    private mutating func tellBodies() -> [Action] {
        var actions: [Action] = []
        for id in ids(where: { $0.isLive && $0.hasBody }).sorted() {
            guard let index = index(of: id) else { continue }
            let entry = entries[index]
            switch (entry.body, isToStandStill(entry)) {
            case (.working, true) where !entry.isTimedOut:
                actions.append(.pauseBody(entry.number))
                // What runs in a process of its own is stopped from outside.
                if [.process, .command].contains(entry.request.kind) {
                    standStill(index)
                } else {
                    entries[index].body = .told
                }
            case (.told, false):
                entries[index].body = .working
                actions.append(.resumeBody(entry.number))
            default: break
            }
        }
        settle(&actions)
        return actions
    }

    private mutating func standStill(_ index: Int) {
        entries[index].body = .still
        entries[index].holdsSlot = false
        entries[index].timeLeft = entries[index].end.map { max(.zero, $0 - now) }
        entries[index].end = nil
    }

    mutating func reachedCheckpoint(_ id: TaskID, at time: Uptime) -> (standsStill: Bool, actions: [Action]) {
        advance(to: time)
        guard let index = index(of: id) else { return (false, []) }
        var actions: [Action] = []
        let entry = entries[index]
        if entry.isLive, entry.body == .told { standStill(index) }
        settle(&actions)
        return (!entries[index].isReported && entries[index].body == .still, actions)
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
    private func awaits(_ goal: TaskID, from starts: [TaskID]) -> Bool {
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
                actions.append(.cancelBody(entries[index].number, .timeout, attempt: entries[index].attempt))
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

    // MARK: - What follows from everything

    private mutating func advance(to time: Uptime) {
        now = max(now, time)
    }

    private func index(of id: TaskID) -> Int? {
        entries.firstIndex { $0.id == id }
    }

    private mutating func settle(_ actions: inout [Action]) {
        while !ended.isEmpty {
            let (ended, succeeded) = ended.removeFirst()
            for id in ids(where: { $0.awaited.contains(ended) }).sorted() {
                guard let index = index(of: id) else { continue }
                if succeeded || entries[index].request.runsAfterFailures {
                    entries[index].awaited.remove(ended)
                } else {
                    end(index, .cancelled(.dependencyFailed), &actions)
                }
            }
        }
        lookForFree()
        while let index = next() { start(index, &actions) }
    }

    /// Notes which tasks nothing but the time keeps from a slot.
    private mutating func lookForFree() {
        var keys: Set<String> = []
        for index in entries.indices {
            let isFirst = entries[index].request.key.map { keys.insert($0).inserted } ?? true
            if !isFirst || !entries[index].awaited.isEmpty {
                entries[index].free = nil
            } else if entries[index].free == nil {
                entries[index].free = now
            }
        }
    }

    /// Whether it waits for its time.
    private func isDelayed(_ entry: Entry) -> Bool {
        guard !entry.hasBody, let free = entry.free else { return false }
        return entry.earliestStart > max(free, lastPass)
    }

    /// Who gets a slot now: of all that could use one, the first by rank.
    private func next() -> Int? {
        guard !isPaused, runningCount < limits.all else { return nil }
        var best: Int?
        for (index, entry) in entries.enumerated() {
            guard entry.isLive, entry.body == .none || entry.body == .still, !isToStandStill(entry) else { continue }
            guard entry.free != nil, !isDelayed(entry), hasRoom(entry) else { continue }
            if let best, !comesBefore(entry, entries[best]) { continue }
            best = index
        }
        return best
    }

    private func hasRoom(_ entry: Entry) -> Bool {
        let kind = entry.request.kind
        guard count({ $0.request.kind == kind }) < limits.byKind[kind.index] else { return false }
        guard let group = entry.request.group, let limit = groupLimits[group] else { return true }
        return count { $0.request.group == group } < limit
    }

    private func count(_ isIncluded: (Entry) -> Bool) -> Int {
        entries.count { $0.holdsSlot && isIncluded($0) }
    }

    private func comesBefore(_ one: Entry, _ other: Entry) -> Bool {
        if let ageing {
            // A point of priority for each interval that one has waited longer.
            let interval = Int128(max(1, Int64(ageing / .nanoseconds(1))))
            let points = Int128(one.priority.rawValue) - Int128(other.priority.rawValue)
            let longer = Int128(other.earliestStart.nanoseconds) - Int128(one.earliestStart.nanoseconds)
            let lead = points * interval + longer
            if lead != 0 { return lead > 0 }
        } else {
            if one.priority != other.priority { return one.priority > other.priority }
            if one.earliestStart != other.earliestStart { return one.earliestStart < other.earliestStart }
        }
        return one.id < other.id
    }

    private mutating func start(_ index: Int, _ actions: inout [Action]) {
        let entry = entries[index]
        entries[index].holdsSlot = true
        entries[index].body = .working
        if entry.hasBody {
            entries[index].end = entry.timeLeft.map { now + $0 }
            entries[index].timeLeft = nil
            actions.append(.resumeBody(entry.number))
        } else {
            entries[index].attempt += 1
            entries[index].end = entry.request.timeout.map { now + $0 }
            actions.append(.start(entry.number))
        }
    }

    // MARK: - Queries

    var runningCount: Int { count { _ in true } }
    var pendingCount: Int { entries.count(where: \.isPending) }
    var isIdle: Bool { entries.allSatisfy(\.isReported) }

    func newest(of key: String) -> UInt64? {
        entries.last { $0.request.key == key && !$0.isReported }?.number
    }

    /// When something is to be done because of the time.
    var nextTimer: Uptime {
        let times = entries.filter(\.isLive).flatMap { [$0.deadline, $0.end, isDelayed($0) ? $0.earliestStart : nil] }
        return times.compactMap { $0 }.min() ?? .never
    }
}
