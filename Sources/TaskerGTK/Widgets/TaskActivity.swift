import Tasker

/// Which tasks run, and whether that is worth being shown: when one has run for half a second, until none has for as long.
struct TaskActivity {
    /// Those that run, in the order of submission, with the moment at which that was seen.
    private(set) var running: [(id: TaskID, since: Duration)] = []
    private(set) var isShown = false
    private var emission: UInt64?
    /// Since when none runs.
    private var restSince: Duration?

    /// What ends sooner would only flash.
    static let patience = Duration.milliseconds(500)
    /// Between two tasks of a row nothing is gone.
    static let rest = Duration.milliseconds(500)

    /// What an update has found.
    struct Moves: Equatable {
        /// Tasks that run now and did not.
        var began: [TaskID] = []
        /// Tasks that ran and do not any more.
        var ended: [TaskID] = []
        /// Tasks of which something is different, or may be.
        var changed: [TaskID] = []
    }

    /// Takes note of a list.
    ///
    /// - Parameter now: By a clock that only goes forward.
    /// - Returns: What has happened since the list before; nil: the list is no newer.
    @discardableResult
    mutating func update(_ tasks: TaskList, at now: Duration) -> Moves? {
        if let emission, tasks.emission <= emission { return nil }
        var moves = Moves()
        if let emission, tasks.emission == emission + 1 {
            note(tasks.changes.added, in: tasks, at: now, &moves)
            note(tasks.changes.changed, in: tasks, at: now, &moves)
            note(tasks.changes.removed, in: tasks, at: now, &moves)
            moves.changed = tasks.changes.changed
        } else {
            // Some lists were missed, or this is the first.
            var before = Dictionary(uniqueKeysWithValues: running.map { ($0.id, $0.since) })
            running = tasks.filter { $0.state == .running }.map { task in
                if let since = before.removeValue(forKey: task.id) { return (task.id, since) }
                moves.began.append(task.id)
                return (task.id, now)
            }
            moves.ended = before.keys.sorted()
            moves.changed = running.map(\.id)
        }
        emission = tasks.emission
        restSince = running.isEmpty ? restSince ?? now : nil
        look(at: now)
        return moves
    }

    /// Decides whether it is shown; to be called again at ``nextLook``.
    mutating func look(at now: Duration) {
        if let nextLook, nextLook <= now { isShown.toggle() }
    }

    /// When that changes; nil: not without another list.
    var nextLook: Duration? {
        isShown ? restSince.map { $0 + Self.rest } : running.lazy.map(\.since).min().map { $0 + Self.patience }
    }

    private mutating func note(_ ids: [TaskID], in tasks: TaskList, at now: Duration, _ moves: inout Moves) {
        var ended: Set<TaskID> = []
        for id in ids {
            let place = place(of: id)
            let isKnown = place < running.count && running[place].id == id
            if tasks.state(of: id) != .running {
                if isKnown, ended.insert(id).inserted { moves.ended.append(id) }
            } else if !isKnown {
                moves.began.append(id)
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
