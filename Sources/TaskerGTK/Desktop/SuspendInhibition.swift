import Tasker

/// When the machine may not sleep: from when a task has worked for ten seconds on end, until none has for five.
///
/// What is short needs nothing, and between two tasks of a row nothing is given up.
struct SuspendInhibition {
    private var since: [TaskID: Duration] = [:]
    private var restSince: Duration?
    private(set) var isOn = false

    static let patience = Duration.seconds(10)
    static let rest = Duration.seconds(5)

    /// Takes note of the tasks that work.
    mutating func update(_ working: [TaskID], at now: Duration) {
        since = Dictionary(uniqueKeysWithValues: working.map { ($0, since[$0] ?? now) })
        restSince = working.isEmpty ? restSince ?? now : nil
    }

    mutating func look(at now: Duration) {
        guard let nextLook, nextLook <= now else { return }
        isOn.toggle()
    }

    /// When that changes; nil: not before other tasks work.
    var nextLook: Duration? {
        isOn ? restSince.map { $0 + Self.rest } : since.values.min().map { $0 + Self.patience }
    }
}
