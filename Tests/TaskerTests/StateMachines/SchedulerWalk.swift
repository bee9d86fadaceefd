import TestSupport

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

    var random: SeededGenerator
    var machine: MachineFixture.Machine
    var model: SchedulerModel
    var now = Uptime.zero
    var lastNumber: UInt64 = 0
    /// Ids that were taken and not used yet: threads overtake each other on their way to the lock.
    var spareNumbers: [UInt64] = []
    /// How tasks ended of late.
    var outcomes: [(id: TaskID, succeeded: Bool)] = []
    /// Tasks of other managers that others wait for.
    var foreign: [TaskID] = []
    var step = 0
    /// The first step that is written down.
    let firstLogged: Int
    var log: [String] = []
    var isQuerying = false
    /// How many tasks there should be at most, so that steps stay cheap.
    var crowd = 40
    var keyCount = 6

    static let groups = ["one", "two", "three"]
    static let scopes = (1...3).map { ScopeID(rawValue: $0) }
    static let foreignIDs: UInt64 = 1 << 60

    /// - Parameter firstLogged: From which step on all is written down, for a walk that is known to go wrong.
    init(seed: UInt64, loggingFrom firstLogged: Int = .max) {
        self.firstLogged = firstLogged
        random = SeededGenerator(seed: seed)
        (machine, model) = Self.makePair(&random)
    }

    static func makePair(_ random: inout SeededGenerator) -> (MachineFixture.Machine, SchedulerModel) {
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

    mutating func takeStep() throws(Difference) {
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

    mutating func doSomethingRare() throws(Difference) {
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

    mutating func reopen() {
        machine.open()
        model.open()
    }

    mutating func submit() throws(Difference) {
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

    mutating func takeNumber() -> UInt64 {
        if random.isOne(in: 20), let spare = spareNumbers.popLast() { return spare }
        lastNumber += random.isOne(in: 50) ? 200 : 1
        if random.isOne(in: 20) {
            spareNumbers.append(lastNumber)
            lastNumber += 1
        }
        return lastNumber
    }

    mutating func makeRequest(_ number: UInt64) -> TaskRequest {
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
    mutating func addDependency(to request: inout TaskRequest) {
        if random.isOne(in: 4), let (_, succeeded) = random.pick(outcomes) {
            if !succeeded, !request.runsAfterFailures { request.hasFailedDependency = random.isOne(in: 3) }
        } else if random.isOne(in: 6) {
            request.dependencies.append(makeForeign())
        } else if let entry = random.pick(model.entries), !entry.isReported {
            request.dependencies.append(entry.id)
        }
    }

    mutating func makeForeign() -> TaskID {
        if foreign.count < 4 { foreign.append(MachineFixture.id(Self.foreignIDs + random.next() % 1000)) }
        return random.pick(foreign)!
    }

    mutating func makePriority() -> SchedulingPriority {
        switch random.below(10) {
        case 0: SchedulingPriority(rawValue: .max)
        case 1: SchedulingPriority(rawValue: .min)
        case 2, 3: random.pick([.low, .high])!
        default: SchedulingPriority(rawValue: random.below(4) - 1)
        }
    }

    mutating func makeDuration() -> Duration {
        switch random.below(12) {
        case 0: .zero
        case 1: .seconds(-1)
        case 2: .seconds(Int64.max)
        default: .nanoseconds(random.below(600))
        }
    }

    // MARK: - The end of everything

    mutating func endEverything() throws(Difference) {
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

    mutating func compareQueries() throws(Difference) {
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
    mutating func compare<Value: Equatable>(
        _ label: @autoclosure () -> String,
        _ got: Value,
        _ expected: Value
    ) throws(Difference) {
        if step >= firstLogged, !isQuerying { log.append("\(step) \(label()): \(got)") }
        guard got != expected else { return }
        throw difference("\(label()): the machine says \(got), the model \(expected).")
    }

    func difference(_ text: String) -> Difference {
        Difference(step: step, text: text)
    }
}
