import Tasker

/// Which tasks run, and whether that is worth being shown: when one has run for half a second, until none runs.
struct TaskActivity {
    /// Those that run, in the order of submission, with the moment at which that was seen.
    private(set) var running: [(id: TaskID, since: Duration)] = []
    private(set) var isShown = false
    private var emission: UInt64?

    /// What ends sooner would only flash.
    static let patience = Duration.milliseconds(500)

    /// Takes note of a list.
    ///
    /// - Parameter now: By a clock that only goes forward.
    mutating func update(_ tasks: TaskList, at now: Duration) {
        if let emission, tasks.emission <= emission { return }
        if let emission, tasks.emission == emission + 1 {
            for id in tasks.changes.added + tasks.changes.changed + tasks.changes.removed {
                note(id, runs: tasks[id: id]?.state == .running, at: now)
            }
        } else {
            // Some lists were missed, or this is the first.
            let before = Dictionary(uniqueKeysWithValues: running.map { ($0.id, $0.since) })
            running = tasks.filter { $0.state == .running }.map { ($0.id, before[$0.id] ?? now) }
        }
        emission = tasks.emission
        look(at: now)
    }

    /// Decides whether it is shown; to be called again at ``nextLook``.
    mutating func look(at now: Duration) {
        if running.isEmpty {
            isShown = false
        } else if let nextLook, nextLook <= now {
            isShown = true
        }
    }

    /// When there may be something to be shown; nil: not without another list.
    var nextLook: Duration? {
        guard !isShown else { return nil }
        return running.lazy.map(\.since).min().map { $0 + Self.patience }
    }

    private mutating func note(_ id: TaskID, runs: Bool, at now: Duration) {
        var (place, end) = (0, running.count)
        while place < end {
            let middle = place + (end - place) / 2
            if running[middle].id < id { place = middle + 1 } else { end = middle }
        }
        let isKnown = place < running.count && running[place].id == id
        if runs, !isKnown { running.insert((id, now), at: place) }
        if !runs, isKnown { running.remove(at: place) }
    }
}
