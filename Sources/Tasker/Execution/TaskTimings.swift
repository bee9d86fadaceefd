/// When a task began and ended, and how long it worked in between: pauses and waits for another attempt do not count.
struct TaskTimings: Sendable {
    private(set) var started: TaskTimestamp?
    private(set) var ended: TaskTimestamp?
    /// Since when it works; nil while it stands still.
    private var workingSince: Uptime?
    private var worked = Duration.zero

    /// How long it has worked by now; whoever looked at the clock just before it went on sees what it had worked until then.
    func elapsed(at now: Uptime) -> Duration {
        worked + (workingSince.map { max(.zero, now - $0) } ?? .zero)
    }

    /// The time that it takes has begun, or goes on.
    mutating func begin(at now: Uptime) {
        if started == nil { started = TaskTimestamp(now) }
        resume(at: now)
    }

    mutating func pause(at now: Uptime) {
        worked = elapsed(at: now)
        workingSince = nil
    }

    mutating func resume(at now: Uptime) {
        guard started != nil, ended == nil, workingSince == nil else { return }
        workingSince = now
    }

    mutating func end(at now: Uptime) {
        pause(at: now)
        ended = TaskTimestamp(now)
    }
}
