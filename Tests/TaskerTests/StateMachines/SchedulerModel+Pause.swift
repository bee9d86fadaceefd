@testable import Tasker

extension SchedulerModel {
    mutating func setPaused(_ isPaused: Bool, _ id: TaskID, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        guard let index = index(of: id), entries[index].isLive, entries[index].isPaused != isPaused else {
            return (false, [])
        }
        entries[index].isPaused = isPaused
        return (true, tellBodies())
    }

    mutating func setPaused(_ isPaused: Bool, group: String, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        guard pausedGroups.contains(group) != isPaused else { return (false, []) }
        if isPaused { pausedGroups.insert(group) } else { pausedGroups.remove(group) }
        return (true, tellBodies())
    }

    mutating func setPaused(_ isPaused: Bool, at time: Uptime) -> (changed: Bool, actions: [Action]) {
        advance(to: time)
        guard self.isPaused != isPaused else { return (false, []) }
        self.isPaused = isPaused
        return (true, tellBodies())
    }

    func isToStandStill(_ entry: Entry) -> Bool {
        isPaused || entry.isPaused || entry.request.group.map { pausedGroups.contains($0) } ?? false
    }

    /// Tells those bodies to stand still, or no longer to, that are to do otherwise than before.
    mutating func tellBodies() -> [Action] {
        var actions: [Action] = []
        for id in ids(where: { $0.isLive && $0.hasBody }).sorted() {
            guard let index = index(of: id) else { continue }
            let entry = entries[index]
            switch (entry.body, isToStandStill(entry)) {
            case (.working, true) where !entry.isTimedOut:
                actions.append(.pauseBody(entry.number))
                // What runs in a process of its own is stopped from outside.
                if [.process, .command].contains(entry.request.kind) {
                    standStill(index)
                } else {
                    entries[index].body = .told
                }
            case (.told, false):
                entries[index].body = .working
                actions.append(.resumeBody(entry.number))
            default: break
            }
        }
        settle(&actions)
        return actions
    }

    mutating func standStill(_ index: Int) {
        entries[index].body = .still
        entries[index].holdsSlot = false
        entries[index].timeLeft = entries[index].end.map { max(.zero, $0 - now) }
        entries[index].end = nil
    }

    mutating func reachedCheckpoint(_ id: TaskID, at time: Uptime) -> (standsStill: Bool, actions: [Action]) {
        advance(to: time)
        guard let index = index(of: id) else { return (false, []) }
        var actions: [Action] = []
        let entry = entries[index]
        if entry.isLive, entry.body == .told { standStill(index) }
        settle(&actions)
        return (!entries[index].isReported && entries[index].body == .still, actions)
    }
}
