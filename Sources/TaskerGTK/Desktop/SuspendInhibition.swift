import Tasker

/// When the machine may not sleep: from when a task has worked for ten seconds on end, until none has for five.
///
/// What is short needs nothing, and between two tasks of a row nothing is given up.
struct SuspendInhibition {
    private var since: [TaskID: Duration] = [:]
    /// The first of ``since``; nil: to be looked for.
    private var earliest: Duration?
    private var restSince: Duration?
    private(set) var isOn = false

    static let patience = Duration.seconds(10)
    static let rest = Duration.seconds(5)

    /// The tasks that work.
    var working: some Collection<TaskID> { since.keys }

    /// A task works, or does not any more; twice is once.
    mutating func set(_ id: TaskID, works: Bool, at now: Duration) {
        if works {
            guard since[id] == nil else { return }
            since[id] = now
            if since.count == 1 { earliest = now }
            restSince = nil
        } else if let start = since.removeValue(forKey: id) {
            if start == earliest { earliest = nil }
            if since.isEmpty { restSince = now }
        }
    }

    mutating func look(at now: Duration) {
        // Only before it is on does it matter which has worked for longest.
        if !isOn, earliest == nil { earliest = since.values.min() }
        if let nextLook, nextLook <= now { isOn.toggle() }
    }

    /// When that changes, as of the last ``look(at:)``; nil: not before other tasks work.
    var nextLook: Duration? {
        isOn ? restSince.map { $0 + Self.rest } : earliest.map { $0 + Self.patience }
    }
}
