/// A task in the state machine's table.
///
/// Small, because a million may wait: what few tasks have is kept beside the table.
struct TaskEntry<Task> {
    enum Phase: UInt8 {
        /// Waits for the turn of its key, or for other tasks.
        case blocked
        /// Waits for its time: of its first start, of its next attempt, of its next iteration.
        case delayed
        /// Stands in the queue of its lane for a slot: to begin, or to go on after a pause.
        case ready
        /// Could stand in the queue, and is paused.
        case held
        /// Its body runs.
        case running
        /// Its body stands still and holds no slot.
        case parked
        /// Reported as ended while its body still runs.
        case abandoned
    }

    struct Flags: OptionSet {
        let rawValue: UInt16

        static var isAbandonable: Flags { Flags(rawValue: 1 << 0) }
        static var isPeriodic: Flags { Flags(rawValue: 1 << 1) }
        static var retriesTimeouts: Flags { Flags(rawValue: 1 << 2) }
        static var runsAfterFailures: Flags { Flags(rawValue: 1 << 3) }
        /// Somebody paused this very task.
        static var isPaused: Flags { Flags(rawValue: 1 << 4) }
        /// The body was told to stand still.
        static var isTold: Flags { Flags(rawValue: 1 << 5) }
        static var isCancelled: Flags { Flags(rawValue: 1 << 6) }
        /// The time of this attempt is up.
        static var isTimedOut: Flags { Flags(rawValue: 1 << 7) }
        /// A body has begun, perhaps several, one after the other.
        static var hasBegun: Flags { Flags(rawValue: 1 << 8) }
        /// A body has begun and not ended.
        static var hasBody: Flags { Flags(rawValue: 1 << 9) }
        /// It counts as running in the limits.
        static var hasSlot: Flags { Flags(rawValue: 1 << 10) }
        static var hasDependencies: Flags { Flags(rawValue: 1 << 11) }
        static var isAwaited: Flags { Flags(rawValue: 1 << 12) }
        static var isScoped: Flags { Flags(rawValue: 1 << 13) }
    }

    let task: Task
    let id: TaskID
    let key: String?
    var priority: SchedulingPriority
    /// Since when it could have started, if there had been room.
    var since: Uptime
    /// While it is delayed, when it may start; while its body runs, when its time is up; while it is parked, how long it
    /// then has.
    var due: Uptime
    let deadline: Uptime
    /// How long a body may take; `never`: as long as it likes.
    let timeout: Uptime
    let lane: Int32
    let kind: TaskKind
    var phase = Phase.blocked
    var flags: Flags

    init(_ task: Task, request: TaskRequest, lane: Int32, now: Uptime) {
        self.task = task
        id = request.id
        key = request.key
        kind = request.kind
        priority = request.priority
        self.lane = lane
        due = request.delay > .zero ? now + request.delay : now
        since = due
        deadline = request.deadline.map { now + $0 } ?? .never
        timeout = request.timeout.map { .zero + $0 } ?? .never
        flags = []
        if request.isAbandonable { flags.insert(.isAbandonable) }
        if request.isPeriodic { flags.insert(.isPeriodic) }
        if request.retriesTimeouts { flags.insert(.retriesTimeouts) }
        if request.runsAfterFailures { flags.insert(.runsAfterFailures) }
        if !request.dependencies.isEmpty { flags.insert(.hasDependencies) }
        if request.scope != nil { flags.insert(.isScoped) }
    }

    /// Whether its first body has not begun.
    var isPending: Bool {
        !flags.contains(.hasBegun)
    }

    /// Whether it has not been asked to end.
    var isLive: Bool {
        phase != .abandoned && !flags.contains(.isCancelled)
    }

    /// Whether its body can be stopped from outside, without its help.
    var stopsAtOnce: Bool {
        kind == .process || kind == .command
    }
}
