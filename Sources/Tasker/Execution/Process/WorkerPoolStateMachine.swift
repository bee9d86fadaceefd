import DequeModule

/// Names a worker in its pool; a number is never used again.
struct WorkerID: Hashable, Sendable {
    let rawValue: UInt64
}

/// Names one attempt of a task in a worker, on the wire as well: what comes late of an attempt is nobody's.
struct WorkerRunID: Hashable, Sendable {
    let rawValue: UInt64
}

/// Which task runs in which worker, when a worker is started, and how long it stays.
///
/// Pure: events in, actions out. How many tasks run at once is the scheduler's business, so that no more workers are needed
/// than that; a task waits here only until a worker is there for it.
struct WorkerPoolStateMachine {
    enum Action: Equatable {
        /// Start a worker; ``isReady(_:retires:at:)`` or ``hasEnded(_:mayRepeat:isCrash:at:)`` follows.
        case launch(WorkerID)
        /// Hand a task to a worker that is ready.
        case assign(WorkerRunID, WorkerID)
        /// Let a worker go that has nothing to do, or has taken too long to start.
        case retire(WorkerID)
        /// No worker could be started for the task.
        case failStart(WorkerRunID)
        /// Tasks of this type have ended their workers too often.
        case refuse(WorkerRunID, crashes: Int)
    }

    struct Limits: Equatable {
        /// How long a worker without a task is kept; zero: each task has one of its own.
        var idleTime = Duration.seconds(30)
        /// How long a worker may take to be ready; longer ones are given up.
        var startTime = Duration.seconds(30)
        /// After how many tasks a worker is let go; nil: any number.
        var tasksPerWorker: Int?
        /// How many workers in a row may end before they are ready, until the tasks that wait for one fail.
        var failedStarts = 3
        /// How many workers in a row may be ended by tasks of one type, until its tasks are refused for some time.
        var crashes = 5
        /// For how long they are refused.
        var quarantine = Duration.seconds(10)
        /// How long the next start waits after one that failed; doubled by each further one, up to a hundredfold.
        var startDelay = Duration.milliseconds(100)
    }

    private enum Phase: Equatable {
        case starting(since: Uptime)
        case idle(since: Uptime)
        case running(WorkerRunID)
        /// It was let go.
        case retiring
    }

    private struct Worker {
        var phase: Phase
        var taskCount = 0
        /// Whether it is to be let go when its task has ended.
        var isLeaving = false

        var isStarting: Bool {
            if case .starting = phase { true } else { false }
        }
    }

    private struct Waiting {
        let task: WorkerRunID
        let type: String
        /// How many workers have ended before they began with it.
        var lostWorkers = 0
    }

    private struct Crashes {
        var count = 0
        var last = Uptime.zero
    }

    let limits: Limits
    private var workers: [WorkerID: Worker] = [:]
    /// The one that worked last comes last, and is the first to work again: its memory is warm, and the others may go.
    private var idle: [WorkerID] = []
    private var waiting: Deque<Waiting> = []
    private var running: [WorkerRunID: Waiting] = [:]
    private var crashes: [String: Crashes] = [:]
    private var failedStarts = 0
    /// Before this, no worker is started.
    private var earliestStart = Uptime.zero
    private var lastID: UInt64 = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// How many workers there are, those that start and those that end included.
    var workerCount: Int {
        workers.count
    }

    var idleCount: Int {
        idle.count
    }

    private var startingCount: Int {
        workers.values.count(where: \.isStarting)
    }

    /// How many tasks have a worker.
    var runningCount: Int {
        running.count
    }

    // MARK: - Tasks

    /// A task needs a worker.
    mutating func submit(_ task: WorkerRunID, type: String, at now: Uptime) -> [Action] {
        if let known = crashes[type], known.count >= limits.crashes, now < known.last + limits.quarantine {
            return [.refuse(task, crashes: known.count)]
        }
        waiting.append(Waiting(task: task, type: type))
        return settle(at: now)
    }

    /// Takes back a task that still waits for a worker.
    ///
    /// - Returns: Whether it did; if not, a worker has it, or has had it.
    mutating func withdraw(_ task: WorkerRunID) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.task == task }) else { return false }
        waiting.remove(at: index)
        return true
    }

    // MARK: - Workers

    /// A worker takes tasks: it has started, or has ended its task.
    ///
    /// - Parameters:
    ///   - isExpected: Whether the task was made to end, so that this says nothing of its type.
    ///   - retires: Whether it is to be let go all the same.
    mutating func isReady(
        _ id: WorkerID,
        isExpected: Bool = false,
        retires: Bool = false,
        at now: Uptime
    ) -> [Action] {
        guard var worker = workers[id], worker.phase != .retiring else { return [] }
        switch worker.phase {
        case .starting: (failedStarts, earliestStart) = (0, .zero)
        case .running(let task):
            if let ended = running.removeValue(forKey: task), !isExpected { crashes[ended.type] = nil }
        // Said twice, or let go by now.
        case .idle, .retiring: return []
        }
        let isWorn = limits.tasksPerWorker.map { worker.taskCount >= max(1, $0) } ?? false
        let isSpare = limits.idleTime <= .zero && worker.taskCount > 0
        if worker.isLeaving || retires || isWorn || isSpare {
            worker.phase = .retiring
            workers[id] = worker
            return [.retire(id)] + settle(at: now)
        }
        worker.phase = .idle(since: now)
        workers[id] = worker
        idle.append(id)
        return settle(at: now)
    }

    /// A worker is no more.
    ///
    /// - Parameters:
    ///   - mayRepeat: Whether it has certainly not begun with its task, so that this may go to another one.
    ///   - isCrash: Whether it has begun with it, and was not made to end: this counts against the task's type.
    /// - Returns: Also whether the task goes on in another worker.
    mutating func hasEnded(
        _ id: WorkerID,
        mayRepeat: Bool,
        isCrash: Bool,
        at now: Uptime
    ) -> (goesOn: Bool, actions: [Action]) {
        guard let worker = workers.removeValue(forKey: id) else { return (false, []) }
        idle.removeAll { $0 == id }
        var actions: [Action] = []
        var goesOn = false
        switch worker.phase {
        case .idle, .retiring: break
        case .starting: actions = startFailed(at: now)
        case .running(let task):
            guard var lost = running.removeValue(forKey: task) else { break }
            lost.lostWorkers += 1
            if mayRepeat, lost.lostWorkers < limits.failedStarts {
                goesOn = true
                waiting.prepend(lost)
            } else if isCrash {
                crashes[lost.type, default: Crashes()].count += 1
                crashes[lost.type]?.last = now
            }
        }
        return (goesOn, actions + settle(at: now))
    }

    /// The system gave no process for a worker: one of the tasks that wait fails for that, if it was for them.
    mutating func hasNotStarted(_ id: WorkerID, at now: Uptime) -> [Action] {
        guard let worker = workers.removeValue(forKey: id) else { return [] }
        // One that was let go before it was there fails nobody.
        guard worker.isStarting, waiting.count > startingCount, let task = waiting.popFirst()?.task else {
            return settle(at: now)
        }
        return [.failStart(task)] + settle(at: now)
    }

    private mutating func startFailed(at now: Uptime) -> [Action] {
        failedStarts += 1
        let factor = 1 << min(failedStarts - 1, 7)
        earliestStart = now + limits.startDelay * min(factor, 100)
        // Not while another one is starting, which may do better; its failure would be that of tasks that come later.
        guard failedStarts >= limits.failedStarts, startingCount == 0 else { return [] }
        defer { waiting = [] }
        return waiting.map { .failStart($0.task) }
    }

    /// Starts workers, so that so many are there or starting without a task.
    ///
    /// - Parameter limit: How many there may be with those that have a task.
    mutating func prewarm(_ count: Int, limit: Int, at now: Uptime) -> [Action] {
        let wanted = min(max(0, count), limit - running.count - waiting.count)
        let missing = wanted - idle.count - max(0, startingCount - waiting.count)
        guard missing > 0, now >= earliestStart else { return [] }
        return (0..<missing).map { _ in launch(at: now) }
    }

    /// Lets every worker go: those without a task now, those with one when it has ended; what waits goes to new ones.
    mutating func retireAll(at now: Uptime) -> [Action] {
        var actions: [Action] = []
        for (id, worker) in workers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            switch worker.phase {
            case .running: workers[id]?.isLeaving = true
            case .retiring: break
            case .starting, .idle:
                workers[id]?.phase = .retiring
                actions.append(.retire(id))
            }
        }
        idle = []
        return actions + settle(at: now)
    }

    // MARK: - Time

    /// When ``passTime(to:)`` is to be called next; `never` if nothing waits for the time.
    var nextTimer: Uptime {
        var next = Uptime.never
        // The one that has been idle longest stands first.
        if let first = idle.first, case .idle(let since)? = workers[first]?.phase { next = since + limits.idleTime }
        if waiting.count > startingCount { next = min(next, earliestStart) }
        for worker in workers.values {
            if case .starting(let since) = worker.phase { next = min(next, since + limits.startTime) }
        }
        return next
    }

    mutating func passTime(to now: Uptime) -> [Action] {
        var actions: [Action] = []
        while let first = idle.first, case .idle(let since)? = workers[first]?.phase, since + limits.idleTime <= now {
            idle.removeFirst()
            workers[first]?.phase = .retiring
            actions.append(.retire(first))
        }
        for (id, worker) in workers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard case .starting(let since) = worker.phase, since + limits.startTime <= now else { continue }
            workers[id]?.phase = .retiring
            actions += [.retire(id)] + startFailed(at: now)
        }
        return actions + settle(at: now)
    }

    // MARK: - Steps

    /// Gives what waits to those that are idle, and starts a worker for each of the rest.
    private mutating func settle(at now: Uptime) -> [Action] {
        var actions: [Action] = []
        while let id = idle.last, let next = waiting.popFirst() {
            idle.removeLast()
            workers[id]?.phase = .running(next.task)
            workers[id]?.taskCount += 1
            running[next.task] = next
            actions.append(.assign(next.task, id))
        }
        guard now >= earliestStart else { return actions }
        for _ in 0..<max(0, waiting.count - startingCount) { actions.append(launch(at: now)) }
        return actions
    }

    private mutating func launch(at now: Uptime) -> Action {
        lastID += 1
        let id = WorkerID(rawValue: lastID)
        workers[id] = Worker(phase: .starting(since: now))
        return .launch(id)
    }
}
