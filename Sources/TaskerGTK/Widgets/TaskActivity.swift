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
            note(tasks.changes.added, in: tasks, at: now)
            note(tasks.changes.changed, in: tasks, at: now)
            note(tasks.changes.removed, in: tasks, at: now)
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

    private mutating func note(_ ids: [TaskID], in tasks: TaskList, at now: Duration) {
        var ended: Set<TaskID> = []
        for id in ids {
            let place = place(of: id)
            let isKnown = place < running.count && running[place].id == id
            if tasks.state(of: id) != .running {
                if isKnown { ended.insert(id) }
            } else if !isKnown {
                running.insert((id, now), at: place)
            }
        }
        // All at once: taken out one by one, 10,000 that end would move each other up.
        if !ended.isEmpty { running.removeAll { ended.contains($0.id) } }
    }

    private func place(of id: TaskID) -> Int {
        var (place, end) = (0, running.count)
        while place < end {
            let middle = place + (end - place) / 2
            if running[middle].id < id { place = middle + 1 } else { end = middle }
        }
        return place
    }
}
