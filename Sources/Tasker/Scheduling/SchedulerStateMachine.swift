/// Which task may run, wait or must end: a pure state machine that touches no task, no clock and no lock.
///
/// Each transition returns the actions to perform; ``Scheduler`` performs them after it has released its lock.
struct SchedulerStateMachine {
    enum Action: Equatable {
        /// Run the body.
        case start(TaskID)
        /// Tell the running body that it shall end.
        case cancelBody(TaskID, CancelReason)
        /// The task ends without, or before the end of, its body.
        case finish(TaskID, Ending)
    }

    enum Ending: Equatable {
        case cancelled(CancelReason)
        case keyInUse
        case shutDown
    }

    struct Request {
        let id: TaskID
        let kind: TaskKind
        let key: String?
        let priority: SchedulingPriority
        let keyPolicy: KeyPolicy
        let isAbandonable: Bool
    }

    private enum Phase {
        case waitingForKey
        case ready
        case running
        /// Reported as ended while its body still runs.
        case abandoned
    }

    private struct Entry {
        let request: Request
        let sequence: UInt64
        var phase: Phase
        var cancelReason: CancelReason?

        var isLive: Bool {
            phase != .abandoned && cancelReason == nil
        }
    }

    private var entries: [TaskID: Entry] = [:]
    private var lines: [String: KeyLine] = [:]
    private var queues = TaskKind.allCases.map { _ in ReadyQueue<StartRank>() }
    private var running = TaskKind.allCases.map { _ in 0 }
    private var limits: [Int]
    private var maximum: Int
    private var abandonedCount = 0
    private var nextSequence: UInt64 = 0
    private(set) var isClosed = false

    init(maximum: Int?, limits: (TaskKind) -> Int) {
        self.maximum = max(1, maximum ?? .max)
        self.limits = TaskKind.allCases.map { max(1, limits($0)) }
    }

    /// How many bodies run, abandoned ones included.
    var runningCount: Int {
        running.reduce(0, +)
    }

    /// Whether nothing waits and no body runs that has not been reported as ended.
    var isIdle: Bool {
        entries.count == abandonedCount
    }

    // MARK: - Transitions

    /// Takes a task in.
    ///
    /// - Returns: The id of the live task that takes its place, if its policy is to keep that one.
    mutating func submit(_ request: Request) -> (kept: TaskID?, actions: [Action]) {
        guard !isClosed else { return (nil, [.finish(request.id, .shutDown)]) }
        var actions: [Action] = []
        if let key = request.key, let line = lines[key], let newest = line.newest {
            let newestIsLive = entries[newest]?.isLive == true
            switch request.keyPolicy.storage {
            case .keep where newestIsLive:
                return (newest, [])
            case .reject where newestIsLive:
                return (nil, [.finish(request.id, .keyInUse)])
            case .replace:
                for id in line.tasks { cancel(id, .keyReplaced, &actions) }
            case .keep, .reject, .enqueue:
                break
            }
        }
        insert(request)
        startReady(&actions)
        return (nil, actions)
    }

    /// Cancels one task.
    ///
    /// - Returns: Whether that changed anything.
    mutating func cancel(_ id: TaskID, reason: CancelReason) -> (changed: Bool, actions: [Action]) {
        var actions: [Action] = []
        let changed = cancel(id, reason, &actions)
        startReady(&actions)
        return (changed, actions)
    }

    /// Cancels every task of a key.
    mutating func cancel(key: String, reason: CancelReason) -> (count: Int, actions: [Action]) {
        cancel(lines[key]?.tasks ?? [], reason: reason)
    }

    /// Cancels every task, or every one that waits.
    mutating func cancelAll(reason: CancelReason, pendingOnly: Bool = false) -> (count: Int, actions: [Action]) {
        let waiting = entries.values.filter { $0.phase == .ready || $0.phase == .waitingForKey }
        let active = pendingOnly ? [] : entries.values.filter { $0.phase == .running }
        let order = { (lhs: Entry, rhs: Entry) in lhs.sequence < rhs.sequence }
        return cancel((waiting.sorted(by: order) + active.sorted(by: order)).map(\.request.id), reason: reason)
    }

    /// A body has ended.
    ///
    /// - Returns: Whether the task ends with it (an abandoned one has ended before), and as cancelled for which reason.
    mutating func bodyEnded(_ id: TaskID) -> (ends: Bool, cancelled: CancelReason?, actions: [Action]) {
        guard let entry = entries[id], entry.phase == .running || entry.phase == .abandoned else {
            preconditionFailure("The body of task \(id) ended in the state \(String(describing: entries[id]?.phase)).")
        }
        running[entry.request.kind.storage.rawValue] -= 1
        if entry.phase == .abandoned { abandonedCount -= 1 }
        var actions: [Action] = []
        remove(id)
        startReady(&actions)
        return (entry.phase == .running, entry.cancelReason, actions)
    }

    /// Refuses new tasks from now on.
    mutating func close() {
        isClosed = true
    }

    /// Reports every running task as cancelled, although its body has not ended.
    mutating func abandonAll() -> [Action] {
        var actions: [Action] = []
        for (id, entry) in entries where entry.phase == .running {
            entries[id]?.phase = .abandoned
            abandonedCount += 1
            actions.append(.finish(id, .cancelled(entry.cancelReason ?? .shutdown)))
        }
        return actions
    }

    /// Whether a task waits, or its body runs.
    func contains(_ id: TaskID) -> Bool {
        entries[id] != nil
    }

    /// The newest task of a key that has not ended.
    func newest(of key: String) -> TaskID? {
        lines[key]?.newest
    }

    // MARK: - Steps

    private mutating func insert(_ request: Request) {
        let sequence = nextSequence
        nextSequence += 1
        entries[request.id] = Entry(request: request, sequence: sequence, phase: .waitingForKey)
        if let key = request.key {
            lines[key, default: KeyLine()].append(request.id)
            guard lines[key]?.first == request.id else { return }
        }
        makeReady(request.id)
    }

    private mutating func makeReady(_ id: TaskID) {
        guard let entry = entries[id] else { return }
        entries[id]?.phase = .ready
        queues[entry.request.kind.storage.rawValue]
            .insert(id, rank: StartRank(priority: entry.request.priority.rawValue, sequence: entry.sequence))
    }

    /// Forgets a task that has ended, and lets the next of its key come forward.
    private mutating func remove(_ id: TaskID) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        entries.releaseSpareStorage()
        guard let key = entry.request.key else { return }
        let wasFirst = lines[key]?.first == id
        lines[key]?.remove(id)
        if lines[key]?.isEmpty == true {
            lines[key] = nil
            lines.releaseSpareStorage()
        } else if wasFirst, let next = lines[key]?.first {
            makeReady(next)
        }
    }

    private mutating func cancel(_ ids: [TaskID], reason: CancelReason) -> (count: Int, actions: [Action]) {
        var actions: [Action] = []
        var count = 0
        for id in ids where cancel(id, reason, &actions) { count += 1 }
        // Only now: one that came forward when an earlier one left has been cancelled too by then.
        startReady(&actions)
        return (count, actions)
    }

    @discardableResult
    private mutating func cancel(_ id: TaskID, _ reason: CancelReason, _ actions: inout [Action]) -> Bool {
        guard let entry = entries[id], entry.cancelReason == nil else { return false }
        switch entry.phase {
        case .waitingForKey, .ready:
            queues[entry.request.kind.storage.rawValue].remove(id)
            remove(id)
            actions.append(.finish(id, .cancelled(reason)))
        case .running:
            entries[id]?.cancelReason = reason
            actions.append(.cancelBody(id, reason))
            if entry.request.isAbandonable {
                entries[id]?.phase = .abandoned
                abandonedCount += 1
                actions.append(.finish(id, .cancelled(reason)))
            }
        case .abandoned:
            return false
        }
        return true
    }

    private mutating func startReady(_ actions: inout [Action]) {
        while runningCount < maximum {
            var best: (kind: Int, element: ReadyQueue<StartRank>.Element)?
            for kind in queues.indices where running[kind] < limits[kind] {
                guard let element = queues[kind].first() else { continue }
                if let current = best, element < current.element { continue }
                best = (kind, element)
            }
            guard let best else { return }
            queues[best.kind].removeFirst()
            running[best.kind] += 1
            entries[best.element.id]?.phase = .running
            actions.append(.start(best.element.id))
        }
    }
}
