import GLibMainLoop
import TestSupport

@testable import Tasker

/// Everything that happened to a manager's tasks, as seen from outside, in one order.
final class EngineTrace: Sendable {
    enum Entry: Sendable {
        /// The call that submits has returned this task's id.
        case submitted(Int, TaskID)
        case bodyBegan(TaskID, isWaiting: Bool)
        /// The last thing that a body does.
        case bodyEnded(TaskID)
        /// An event was sent.
        case sent(TaskID, Int)
        /// `whenEvent`.
        case received(TaskID, Int)
        /// `whenIteration`, of the order of a number.
        case iterated(Int, Int)
        /// `whenDone`, of the order of a number.
        case done(Int, TaskSnapshot, isMain: Bool)
        /// `tasksUpdated`.
        case published(TaskList, Double)
        /// `taskEvents`.
        case signalled(TaskEvent)
        /// A cancel; what was known of the task before and after it.
        case cancelled(TaskID, changed: Bool, before: TaskState, after: TaskState)
        /// Something was asked that may change its place in the queue.
        case touched(TaskID)
        case reprioritised(TaskID, changed: Bool, before: TaskState)
        case shutDown(ShutdownReport)
        case startedAgain
        case wasIdle
    }

    private let entries = Lock<[Entry]>([])
    private let bodies = Lock(Bodies())
    /// The events as `events()` gives them.
    let events = Journal<TaskEvent>()
    /// What was submitted, by number.
    private let orders = Lock<[TraceOrder]>([])
    /// The limits that were set, by the task whose pauses tell when.
    private let limits = Lock<[TaskID: [TraceLimit]]>([:])
    private let reports = Lock<[TaskID: Report]>([:])

    /// What a task's bodies have reported.
    struct Report {
        var bodies = 0
        var notes = 0
        var message: String?
    }

    /// How many bodies work.
    struct Bodies {
        var byPlace: [TracePlace: Int] = [:]
        var greatest: [TracePlace: Int] = [:]
    }

    func append(_ entry: Entry) {
        entries.withLock { $0.append(entry) }
    }

    var all: [Entry] {
        entries.withLock { $0 }
    }

    // MARK: - Orders

    /// Notes what is about to be submitted, and gives it its number.
    func add(_ order: TraceOrder) -> TraceOrder {
        orders.withLock { orders in
            var order = order
            order.number = orders.count
            orders.append(order)
            return order
        }
    }

    var orderCount: Int {
        orders.withLock { $0.count }
    }

    var allOrders: [TraceOrder] {
        orders.withLock { $0 }
    }

    /// Notes that a limit is about to be changed: after one more pause of the marker, and before it is resumed.
    func add(_ limit: TraceLimit, marker: TaskID) {
        limits.withLock { $0[marker, default: []].append(limit) }
    }

    var allLimits: [TaskID: [TraceLimit]] {
        limits.withLock { $0 }
    }

    // MARK: - Reports

    func report<Value: Sendable>(of id: TaskID, _ body: (inout Report) -> Value) -> Value {
        reports.withLock { body(&$0[id, default: Report()]) }
    }

    func done(_ order: TraceOrder, _ snapshot: TaskSnapshot) {
        append(.done(order.number, snapshot, isMain: MainContext.default.isOwner))
    }

    // MARK: - Bodies

    /// A body works from here on.
    func enter(_ places: [TracePlace]) {
        bodies.withLock { bodies in
            for place in places {
                bodies.byPlace[place, default: 0] += 1
                bodies.greatest[place] = max(bodies.greatest[place] ?? 0, bodies.byPlace[place] ?? 0)
            }
        }
    }

    /// It ends, or stands still perhaps.
    func leave(_ places: [TracePlace]) {
        bodies.withLock { bodies in
            for place in places { bodies.byPlace[place, default: 0] -= 1 }
        }
    }

    var greatestCounts: [TracePlace: Int] {
        bodies.withLock { $0.greatest }
    }
}

/// What has a limit.
typealias TracePlace = LimitScope

/// A limit that was set.
struct TraceLimit: Sendable {
    let place: TracePlace
    let limit: Int
}

/// What a task of a trace was submitted with.
struct TraceOrder: Sendable {
    var number = 0
    let thread: Int
    var kind = TaskKind.thread
    /// With the scope in front.
    var key: String?
    var policy: KeyPolicy?
    var priority = SchedulingPriority.normal
    var group: String?
    var isAbandonable = false
    var isHidden = false
    /// Whether nothing but its turn keeps it from starting.
    var isPlain = false
    /// Whether the manager was seen to be shut down before.
    var comesTooLate = false
    /// How many messages, progress reports and events its body makes.
    var steps = 0
    /// How many bodies fail before one succeeds.
    var failures = 0
    /// Whether the body goes on until it is told to end.
    var isEndless = false

    var places: [TracePlace] {
        [.all, .kind(kind)] + (group.map { [.group($0)] } ?? [])
    }
}
