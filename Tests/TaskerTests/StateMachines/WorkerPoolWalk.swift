import TestSupport

@testable import Tasker

/// Drives a pool's state machine at random, with workers and tasks that are nothing but names.
struct WorkerPoolWalk {
    private enum Life: Equatable {
        case starting
        case idle
        case running(WorkerRunID, hasBegun: Bool)
        case retired
    }

    private var pool = WorkerPoolStateMachine(limits: .init(idleTime: .seconds(3), tasksPerWorker: 20))
    private var random: SeededGenerator
    private var now = Uptime.zero
    private var workers: [WorkerID: Life] = [:]
    private var waiting: Set<WorkerRunID> = []
    private(set) var submitted = 0
    /// How each task was answered.
    private(set) var answered: [WorkerRunID: String] = [:]
    private(set) var complaints: [String] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func step() {
        switch random.below(20) {
        case 0..<6: submit()
        case 6:
            if let task = waiting.min(by: { $0.rawValue < $1.rawValue }), pool.withdraw(task) {
                answer(task, "withdrawn")
            }
        case 7: perform(pool.prewarm(random.below(4), limit: 6, at: now))
        case 8: if random.isOne(in: 10) { perform(pool.retireAll(at: now)) }
        case 9..<12: passTime(.milliseconds(random.below(400)))
        case 12: if random.isOne(in: 5) { passTime(.seconds(20)) }
        default:
            guard let id = random.pick(workers.keys.sorted { $0.rawValue < $1.rawValue }) else { return submit() }
            if random.isOne(in: 8) { end(id) } else { goOn(id) }
        }
        check()
    }

    /// Lets everything come to its end.
    mutating func finish() {
        for _ in 0..<10_000 where !waiting.isEmpty || workers.values.contains(where: { $0 != .idle }) {
            for id in workers.keys.sorted(by: { $0.rawValue < $1.rawValue }) where workers[id] != .idle { goOn(id) }
            passTime(.milliseconds(50))
            check()
        }
        passTime(.seconds(20))
        for (id, life) in workers where life == .retired { end(id) }
        if pool.workerCount != 0 { complaints.append("\(pool.workerCount) workers are left") }
        if pool.nextTimer != .never { complaints.append("a timer is left") }
    }

    private mutating func submit() {
        submitted += 1
        let task = WorkerRunID(rawValue: UInt64(submitted))
        waiting.insert(task)
        perform(pool.submit(task, type: "\(random.below(3))", at: now))
    }

    private mutating func passTime(_ duration: Duration) {
        now = now + duration
        if pool.nextTimer <= now { perform(pool.passTime(to: now)) }
    }

    private mutating func goOn(_ id: WorkerID) {
        switch workers[id] {
        case .starting?:
            workers[id] = .idle
            perform(pool.isReady(id, at: now))
        case .running(let task, let hasBegun)?:
            guard hasBegun else {
                workers[id] = .running(task, hasBegun: true)
                return
            }
            answer(task, "ended")
            workers[id] = .idle
            perform(pool.isReady(id, retires: random.isOne(in: 10), at: now))
        case .retired?: end(id)
        case .idle?, nil: break
        }
    }

    private mutating func end(_ id: WorkerID) {
        guard let life = workers.removeValue(forKey: id) else { return }
        if life == .starting, random.isOne(in: 3) { return perform(pool.hasNotStarted(id, at: now)) }
        var (task, hasBegun): (WorkerRunID?, Bool) = (nil, false)
        if case .running(let its, let begun) = life { (task, hasBegun) = (its, begun) }
        let isExpected = random.isOne(in: 4)
        let (goesOn, actions) = pool.hasEnded(
            id,
            mayRepeat: !hasBegun && !isExpected,
            isCrash: hasBegun && !isExpected,
            at: now
        )
        if goesOn, hasBegun || task == nil { complaints.append("what had begun goes on elsewhere") }
        if let task {
            if goesOn { waiting.insert(task) } else { answer(task, "crashed") }
        }
        perform(actions)
    }

    private mutating func perform(_ actions: [WorkerPoolStateMachine.Action]) {
        for action in actions {
            switch action {
            case .launch(let id):
                if workers.updateValue(.starting, forKey: id) != nil { complaints.append("\(id) is started twice") }
            case .assign(let task, let id):
                if workers[id] != .idle { complaints.append("\(task) is given to a worker that is not idle") }
                if waiting.remove(task) == nil { complaints.append("\(task) is given away twice") }
                workers[id] = .running(task, hasBegun: false)
            case .retire(let id):
                if workers[id] != .idle, workers[id] != .starting {
                    complaints.append("a worker is let go that has a task")
                }
                workers[id] = .retired
            case .failStart(let task): answer(task, "not started")
            case .refuse(let task, _): answer(task, "refused")
            }
        }
    }

    private mutating func answer(_ task: WorkerRunID, _ how: String) {
        waiting.remove(task)
        if let before = answered.updateValue(how, forKey: task) { complaints.append("\(task): \(before), then \(how)") }
    }

    private mutating func check() {
        if pool.workerCount != workers.count { complaints.append("\(pool.workerCount) workers, not \(workers.count)") }
        guard !waiting.isEmpty else { return }
        if workers.values.contains(.idle) { complaints.append("a task waits beside an idle worker") }
        if !workers.values.contains(.starting), pool.nextTimer == .never {
            complaints.append("a task waits for nothing")
        }
        let starting = workers.values.count { $0 == .starting }
        // Those that were prewarmed, or started for tasks that have been taken back or have found another one, stay.
        if starting == 0, pool.nextTimer <= now { complaints.append("time was to pass") }
    }
}
