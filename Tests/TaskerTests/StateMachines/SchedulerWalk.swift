@testable import Tasker

/// A random walk of a scheduler's state machine and of its model side by side.
///
/// Does what the engine may do, in any order: bodies that run end some time, and who has ended is known by its outcome.
struct SchedulerWalk {
    typealias Action = SchedulerModel.Action

    /// What ends the walk.
    struct Difference: Error {
        let step: Int
        let text: String
    }

    private var random: SeededGenerator
    private var machine: MachineFixture.Machine
    private var model: SchedulerModel
    private var now = Uptime.zero
    private var lastNumber: UInt64 = 0
    /// Ids that were taken and not used yet: threads overtake each other on their way to the lock.
    private var spareNumbers: [UInt64] = []
    /// How tasks ended of late.
    private var outcomes: [(id: TaskID, succeeded: Bool)] = []
    /// Tasks of other managers that others wait for.
    private var foreign: [TaskID] = []
    private var step = 0
    /// The first step that is written down.
    private let firstLogged: Int
    private(set) var log: [String] = []
    private var isQuerying = false
    /// How many tasks there should be at most, so that steps stay cheap.
    private var crowd = 40
    private var keyCount = 6

    private static let groups = ["one", "two", "three"]
    private static let scopes = (1...3).map { ScopeID(rawValue: $0) }
    private static let foreignIDs: UInt64 = 1 << 60

    /// - Parameter firstLogged: From which step on all is written down, for a walk that is known to go wrong.
    init(seed: UInt64, loggingFrom firstLogged: Int = .max) {
        self.firstLogged = firstLogged
        random = SeededGenerator(seed: seed)
        (machine, model) = Self.makePair(&random)
    }

    private static func makePair(_ random: inout SeededGenerator) -> (MachineFixture.Machine, SchedulerModel) {
        let all = random.isOne(in: 2) ? nil : random.below(8)
        let pending = random.isOne(in: 3) ? random.below(20) : nil
        let byKind = TaskKind.allCases.map { _ in random.isOne(in: 4) ? Int.max : random.below(5) }
        let limits = SchedulerLimits(all: all, pending: pending) { byKind[$0.index] }
        let ageings: [Duration?] = [nil, .zero, .nanoseconds(1), .nanoseconds(50), .microseconds(1), .seconds(1)]
        let ageing = ageings[random.below(ageings.count)]
        return (MachineFixture.Machine(limits: limits, ageing: ageing), SchedulerModel(limits: limits, ageing: ageing))
    }

    /// Goes on for a number of steps; ends everything every few thousand.
    mutating func run(steps: Int) throws(Difference) {
        for _ in 0..<steps {
            try takeStep()
            if step.isMultiple(of: 500) {
                // Now and then a long line of one key.
                let isLine = random.isOne(in: 30)
                (crowd, keyCount) = isLine ? (250, 1) : (random.pick([3, 10, 25, 40, 60])!, 6)
            }
            if step.isMultiple(of: 4000) {
                try endEverything()
                // Half of the time the same machine goes on, so that what was left behind is found.
                if random.isOne(in: 2) { (machine, model) = Self.makePair(&random) }
            }
        }
        try endEverything()
    }

    // MARK: - Steps

    private mutating func takeStep() throws(Difference) {
        step += 1
        let isCrowded = model.entries.count > crowd
        switch random.below(100) {
        case ..<30: if isCrowded { try endBody() } else { try submit() }
        case ..<50: try endBody()
        case ..<56: try passTime()
        case ..<60: try reachCheckpoint()
        case ..<64: try cancel()
        case ..<68: try pause()
        case ..<72: try resume()
        case ..<74: try pauseGroup()
        case ..<76: try pauseAll()
        case ..<80: try setPriority()
        case ..<85: try setLimit()
        case ..<90: try addDependency()
        case ..<93: try endForeign()
        case ..<95: try returnBody()
        case ..<98: now = now + .nanoseconds(random.below(100))
        default: try doSomethingRare()
        }
        if random.isOne(in: 4) { try compareQueries() }
    }

    private mutating func doSomethingRare() throws(Difference) {
        switch random.below(12) {
        case 0: try cancelAll(pendingOnly: false)
        case 1, 2: try cancelAll(pendingOnly: true)
        case 3, 4: try cancelScope()
        case 5...8: try cancelKey()
        case 9, 10:
            let (got, expected) = (machine.close(at: now), model.close(at: now))
            try compare("close", got, expected)
        case 11:
            // Any order will do.
            let (got, expected) = (machine.abandonAll(at: now), model.abandonAll(at: now))
            try compare("abandonAll", Set(got.map { "\($0)" }), Set(expected.map { "\($0)" }))
        default: break
        }
        // Closed is a state that little happens in.
        if model.isClosed, random.isOne(in: 2) { reopen() }
        noteReported()
    }

    private mutating func reopen() {
        machine.open()
        model.open()
    }

    private mutating func submit() throws(Difference) {
        if model.isClosed, random.isOne(in: 4) { reopen() }
        let number = takeNumber()
        let request = makeRequest(number)
        let (outcome, actions) = machine.submit(request, number, at: now)
        let (expected, expectedActions) = model.submit(request, number, at: now)
        let got: SchedulerModel.Submission =
            switch outcome {
            case .accepted: .accepted
            case .kept(let kept): .kept(kept)
            case .full: .full
            }
        try compare("submit \(request)", got, expected)
        try compare("submit \(number)", actions, expectedActions)
    }

    private mutating func takeNumber() -> UInt64 {
        if random.isOne(in: 20), let spare = spareNumbers.popLast() { return spare }
        lastNumber += random.isOne(in: 50) ? 200 : 1
        if random.isOne(in: 20) {
            spareNumbers.append(lastNumber)
            lastNumber += 1
        }
        return lastNumber
    }

    private mutating func makeRequest(_ number: UInt64) -> TaskRequest {
        var request = TaskRequest(id: MachineFixture.id(number), kind: random.pick(TaskKind.allCases)!)
        if random.isOne(in: 2) {
            request.key = "key \(random.below(keyCount))"
            request.keyPolicy = random.pick([.replace, .keep, .enqueue, .enqueue, .enqueue, .reject])!
        }
        request.priority = makePriority()
        if random.isOne(in: 2) { request.group = random.pick(Self.groups) }
        if random.isOne(in: 3) { request.scope = random.pick(Self.scopes) }
        request.isAbandonable = random.isOne(in: 5)
        request.isPeriodic = random.isOne(in: 6)
        request.retriesTimeouts = request.isPeriodic || random.isOne(in: 4)
        if random.isOne(in: 5) { request.delay = makeDuration() }
        if random.isOne(in: 4) { request.timeout = makeDuration() }
        if random.isOne(in: 6) { request.deadline = makeDuration() }
        request.runsAfterFailures = random.isOne(in: 3)
        if random.isOne(in: 3) {
            for _ in 0...random.below(3) { addDependency(to: &request) }
        }
        return request
    }

    /// As the engine does it: one that has ended is no longer waited for.
    private mutating func addDependency(to request: inout TaskRequest) {
        if random.isOne(in: 4), let (_, succeeded) = random.pick(outcomes) {
            if !succeeded, !request.runsAfterFailures { request.hasFailedDependency = random.isOne(in: 3) }
        } else if random.isOne(in: 6) {
            request.dependencies.append(makeForeign())
        } else if let entry = random.pick(model.entries), !entry.isReported {
            request.dependencies.append(entry.id)
        }
    }

    private mutating func makeForeign() -> TaskID {
        if foreign.count < 4 { foreign.append(MachineFixture.id(Self.foreignIDs + random.next() % 1000)) }
        return random.pick(foreign)!
    }

    private mutating func makePriority() -> SchedulingPriority {
        switch random.below(10) {
        case 0: SchedulingPriority(rawValue: .max)
        case 1: SchedulingPriority(rawValue: .min)
        case 2, 3: random.pick([.low, .high])!
        default: SchedulingPriority(rawValue: random.below(4) - 1)
        }
    }

    private mutating func makeDuration() -> Duration {
        switch random.below(12) {
        case 0: .zero
        case 1: .seconds(-1)
        case 2: .seconds(Int64.max)
        default: .nanoseconds(random.below(600))
        }
    }

    private mutating func pickBody() -> SchedulerModel.Entry? {
        random.pick(model.entries.filter(\.hasBody))
    }

    private mutating func endBody() throws(Difference) {
        guard let entry = pickBody() else { return }
        // One that stands still is not likely to end.
        if entry.body == .still, !random.isOne(in: 4) { return }
        try end(entry, goesOn: entry.request.retriesTimeouts && random.isOne(in: 2))
    }

    private mutating func end(_ entry: SchedulerModel.Entry, goesOn: Bool) throws(Difference) {
        let succeeded = !goesOn && !random.isOne(in: 4)
        let next = goesOn ? makeNext() : nil
        let (end, actions) = machine.bodyEnded(entry.id, succeeded: succeeded, next: next, at: now)
        let (expected, expectedActions) = model.bodyEnded(entry.id, succeeded: succeeded, next: next, at: now)
        if !model.entries.contains(where: { $0.id == entry.id }) {
            note(entry.id, succeeded: succeeded && expected == .ends(nil))
        }
        let step = "end \(entry.id) \(succeeded) next \(next?.nanoseconds ?? -1)"
        try compare(step, end, expected)
        try compare(step, actions, expectedActions)
    }

    private mutating func makeNext() -> Uptime {
        switch random.below(4) {
        case 0: now
        case 1: Uptime(nanoseconds: max(0, now.nanoseconds - Int64(random.below(50))))
        default: now + .nanoseconds(random.below(400))
        }
    }

    private mutating func note(_ id: TaskID, succeeded: Bool) {
        outcomes.append((id, succeeded))
        if outcomes.count > 20 { outcomes.removeFirst() }
    }

    private mutating func noteReported() {
        for entry in model.entries where entry.isReported && !outcomes.contains(where: { $0.id == entry.id }) {
            note(entry.id, succeeded: false)
        }
    }

    private mutating func returnBody() throws(Difference) {
        guard let entry = pickBody(), entry.request.retriesTimeouts else { return }
        let (got, expected) = (machine.bodyReturned(entry.id), model.bodyReturned(entry.id))
        try compare("return \(entry.id)", got, expected)
    }

    private mutating func passTime() throws(Difference) {
        switch random.below(6) {
        case 0: break
        case 1, 2:
            let next = model.nextTimer
            if next != .never, next > now, next - now < .seconds(1) { now = next }
        case 3 where random.isOne(in: 200): now = now + .seconds(1)
        default: now = now + .nanoseconds(random.below(500))
        }
        let moment = now
        let (got, expected) = (machine.passTime(to: moment), model.passTime(to: moment))
        noteReported()
        try compare("passTime \(moment.nanoseconds)", Passage(got), Passage(expected))
    }

    /// What happens when time passes: what ends at one moment in any order, what starts in the order of ranks.
    private struct Passage: Equatable {
        var ends: Set<String> = []
        var starts: [Action] = []

        init(_ actions: [Action]) {
            for action in actions {
                switch action {
                case .start: starts.append(action)
                case .resumeBody, .pauseBody, .cancelBody, .finish: ends.insert("\(action)")
                }
            }
        }
    }

    private mutating func reachCheckpoint() throws(Difference) {
        guard let entry = random.pick(model.entries) else { return }
        // Mostly one that is told to stand still, or nearly nothing would happen.
        let told = model.entries.filter { $0.body == .told }
        let id = (random.pick(told) ?? entry).id
        let (got, actions) = machine.reachedCheckpoint(id, at: now)
        let (expected, expectedActions) = model.reachedCheckpoint(id, at: now)
        try compare("checkpoint \(id)", got, expected)
        try compare("checkpoint \(id)", actions, expectedActions)
    }

    private mutating func pickID() -> TaskID {
        if random.isOne(in: 12) { return random.pick(outcomes)?.id ?? MachineFixture.id(1) }
        return random.pick(model.entries)?.id ?? MachineFixture.id(0)
    }

    private mutating func cancel() throws(Difference) {
        let id = pickID()
        let (changed, actions) = machine.cancel(id, reason: .user, at: now)
        let (count, expected) = model.cancel([id], .user, at: now)
        noteReported()
        try compare("cancel \(id)", changed, count > 0)
        try compare("cancel \(id)", actions, expected)
    }

    private mutating func cancelKey() throws(Difference) {
        let key = "key \(random.below(7))"
        let (count, actions) = machine.cancel(key: key, reason: .user, at: now)
        let (expected, expectedActions) = model.cancel(model.ids { $0.request.key == key }, .user, at: now)
        try compare("cancel \(key)", count, expected)
        try compare("cancel \(key)", actions, expectedActions)
    }

    private mutating func cancelScope() throws(Difference) {
        let scope = random.pick(Self.scopes)!
        let (count, actions) = machine.cancel(scope: scope, reason: .scopeClosed, at: now)
        let ids = model.ids { $0.request.scope == scope }.sorted()
        let (expected, expectedActions) = model.cancel(ids, .scopeClosed, at: now)
        try compare("cancel \(scope)", count, expected)
        try compare("cancel \(scope)", actions, expectedActions)
    }

    private mutating func cancelAll(pendingOnly: Bool) throws(Difference) {
        let (count, actions) = machine.cancelAll(reason: .shutdown, pendingOnly: pendingOnly, at: now)
        let waiting = model.ids { $0.isPending }.sorted()
        let begun = pendingOnly ? [] : model.ids { !$0.isPending }.sorted()
        let (expected, expectedActions) = model.cancel(waiting + begun, .shutdown, at: now)
        try compare("cancelAll \(pendingOnly)", count, expected)
        try compare("cancelAll \(pendingOnly)", actions, expectedActions)
    }

    private mutating func pause() throws(Difference) {
        let id = pickID()
        let (got, actions) = machine.pause(id, at: now)
        let (expected, expectedActions) = model.setPaused(true, id, at: now)
        try compare("pause \(id)", got, expected)
        try compare("pause \(id)", actions, expectedActions)
    }

    private mutating func resume() throws(Difference) {
        let id = random.pick(model.ids(where: \.isPaused)) ?? pickID()
        let (got, actions) = machine.resume(id, at: now)
        let (expected, expectedActions) = model.setPaused(false, id, at: now)
        try compare("resume \(id)", got, expected)
        try compare("resume \(id)", actions, expectedActions)
    }

    private mutating func pauseGroup() throws(Difference) {
        let group = random.pick(Self.groups)!
        let pauses = random.isOne(in: 3)
        let (got, actions) = machine.setPaused(pauses, group: group, at: now)
        let (expected, expectedActions) = model.setPaused(pauses, group: group, at: now)
        try compare("pause \(group) \(pauses)", got, expected)
        try compare("pause \(group) \(pauses)", actions, expectedActions)
    }

    private mutating func pauseAll() throws(Difference) {
        let pauses = random.isOne(in: 3)
        let (got, actions) = machine.setPaused(pauses, at: now)
        let (expected, expectedActions) = model.setPaused(pauses, at: now)
        try compare("pause all \(pauses)", got, expected)
        try compare("pause all \(pauses)", actions, expectedActions)
    }

    private mutating func setPriority() throws(Difference) {
        let (id, priority) = (pickID(), makePriority())
        let got = machine.setPriority(priority, of: id, at: now) != nil
        let expected = model.setPriority(priority, of: id, at: now)
        try compare("priority \(id) \(priority.rawValue)", got, expected)
    }

    private mutating func setLimit() throws(Difference) {
        let scopes: [LimitScope] =
            [.all, .pending] + TaskKind.allCases.map { .kind($0) } + Self.groups.map { .group($0) }
        let scope = random.pick(scopes)!
        let limit: Int? = random.isOne(in: 4) ? nil : random.isOne(in: 8) ? .min : random.below(7) - 1
        let (got, expected) = (machine.setLimit(limit, of: scope, at: now), model.setLimit(limit, of: scope, at: now))
        try compare("limit \(scope.storage) \(limit ?? -1)", got, expected)
        try compare("limit \(scope.storage)", machine.limit(of: scope), model.limit(of: scope))
    }

    private mutating func addDependency() throws(Difference) {
        let id = random.pick(model.ids(where: \.isPending)) ?? pickID()
        // As the engine does it: of one that has failed the machine is told afterwards, and nothing of one that completed.
        var failed: TaskID?
        var dependency = random.isOne(in: 6) ? makeForeign() : pickID()
        if random.isOne(in: 6), let (ended, succeeded) = random.pick(outcomes) {
            guard !succeeded else { return }
            dependency = ended
        }
        if let entry = model.entries.first(where: { $0.id == dependency }) {
            if entry.isReported { failed = dependency }
        } else if !foreign.contains(dependency) {
            failed = dependency
        }
        let got = machine.addDependency(dependency, to: id, at: now)
        let expected = model.addDependency(dependency, to: id, at: now)
        try compare("depend \(id) on \(dependency)", got, expected)
        if let failed, expected == .added { try endDependency(failed, succeeded: false) }
    }

    private mutating func endForeign() throws(Difference) {
        guard !foreign.isEmpty else { return }
        try endDependency(foreign.remove(at: random.below(foreign.count)), succeeded: random.isOne(in: 2))
    }

    private mutating func endDependency(_ id: TaskID, succeeded: Bool) throws(Difference) {
        let got = machine.dependencyEnded(id, succeeded: succeeded, at: now)
        let expected = model.dependencyEnded(id, succeeded: succeeded, at: now)
        try compare("ended \(id) \(succeeded)", got, expected)
    }

    // MARK: - The end of everything

    private mutating func endEverything() throws(Difference) {
        reopen()
        try cancelAll(pendingOnly: false)
        while let entry = model.entries.first {
            guard entry.hasBody else { throw difference("\(entry.id) is left") }
            try end(entry, goesOn: false)
        }
        try compareQueries()
        for group in Self.groups {
            // Only where it changes something: nobody else is to clear up.
            if model.pausedGroups.contains(group) {
                _ = (machine.setPaused(false, group: group, at: now), model.setPaused(false, group: group, at: now))
            }
            if model.limit(of: .group(group)) != nil {
                _ = (machine.setLimit(nil, of: .group(group), at: now), model.setLimit(nil, of: .group(group), at: now))
            }
        }
        (foreign, outcomes) = ([], [])
        if let leftover = machine.leftover { throw difference("of nothing there is left: \(leftover)") }
    }

    // MARK: - Comparing

    private mutating func compareQueries() throws(Difference) {
        isQuerying = true
        defer { isQuerying = false }
        let (machine, model) = (machine, model)
        try compare("runningCount", machine.runningCount, model.runningCount)
        try compare("pendingCount", machine.pendingCount, model.pendingCount)
        try compare("isIdle", machine.isIdle, model.isIdle)
        try compare("nextTimer", machine.nextTimer, model.nextTimer)
        try compare("tasks", Set(machine.tasks), Set(model.entries.map(\.number)))
        try compare("isPaused", machine.isPaused, model.isPaused)
        let key = "key \(random.below(6))"
        try compare("newest of \(key)", machine.newest(of: key), model.newest(of: key))
        let group = random.pick(Self.groups)!
        try compare("isPaused \(group)", machine.isPaused(group: group), model.pausedGroups.contains(group))
        for entry in model.entries {
            try compare("isCancelled \(entry.id)", machine.isCancelled(entry.id), entry.ending != nil)
            try compare(
                "isStandingStill \(entry.id)",
                machine.isStandingStill(entry.id),
                entry.body == .still && !entry.isReported
            )
        }
    }

    /// Some values that both give, or the actions, which are counted.
    private mutating func compare<Value: Equatable>(
        _ label: @autoclosure () -> String,
        _ got: Value,
        _ expected: Value
    ) throws(Difference) {
        if step >= firstLogged, !isQuerying { log.append("\(step) \(label()): \(got)") }
        guard got != expected else { return }
        throw difference("\(label()): the machine says \(got), the model \(expected).")
    }

    private func difference(_ text: String) -> Difference {
        Difference(step: step, text: text)
    }
}
