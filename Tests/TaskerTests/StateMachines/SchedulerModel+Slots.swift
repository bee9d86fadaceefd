@testable import Tasker

extension SchedulerModel {
    // MARK: - What follows from everything

    mutating func advance(to time: Uptime) {
        now = max(now, time)
    }

    func index(of id: TaskID) -> Int? {
        entries.firstIndex { $0.id == id }
    }

    mutating func settle(_ actions: inout [Action]) {
        while !ended.isEmpty {
            let (ended, succeeded) = ended.removeFirst()
            for id in ids(where: { $0.awaited.contains(ended) }).sorted() {
                guard let index = index(of: id) else { continue }
                if succeeded || entries[index].request.runsAfterFailures {
                    entries[index].awaited.remove(ended)
                } else {
                    end(index, .cancelled(.dependencyFailed), &actions)
                }
            }
        }
        lookForFree()
        while let index = next() { start(index, &actions) }
    }

    /// Notes which tasks nothing but the time keeps from a slot.
    mutating func lookForFree() {
        var keys: Set<String> = []
        for index in entries.indices {
            let isFirst = entries[index].request.key.map { keys.insert($0).inserted } ?? true
            if !isFirst || !entries[index].awaited.isEmpty {
                entries[index].free = nil
            } else if entries[index].free == nil {
                entries[index].free = now
            }
        }
    }

    /// Whether it waits for its time.
    func isDelayed(_ entry: Entry) -> Bool {
        guard !entry.hasBody, let free = entry.free else { return false }
        return entry.earliestStart > max(free, lastPass)
    }

    /// Who gets a slot now: of all that could use one, the first by rank.
    func next() -> Int? {
        guard !isPaused, runningCount < limits.all else { return nil }
        var best: Int?
        for (index, entry) in entries.enumerated() {
            guard entry.isLive, entry.body == .none || entry.body == .still, !isToStandStill(entry) else { continue }
            guard entry.free != nil, !isDelayed(entry), hasRoom(entry) else { continue }
            if let best, !comesBefore(entry, entries[best]) { continue }
            best = index
        }
        return best
    }

    func hasRoom(_ entry: Entry) -> Bool {
        let kind = entry.request.kind
        guard count({ $0.request.kind == kind }) < limits.byKind[kind.index] else { return false }
        guard let group = entry.request.group, let limit = groupLimits[group] else { return true }
        return count { $0.request.group == group } < limit
    }

    func count(_ isIncluded: (Entry) -> Bool) -> Int {
        entries.count { $0.holdsSlot && isIncluded($0) }
    }

    func comesBefore(_ one: Entry, _ other: Entry) -> Bool {
        if let ageing {
            // A point of priority for each interval that one has waited longer.
            let interval = Int128(max(1, Int64(ageing / .nanoseconds(1))))
            let points = Int128(one.priority.rawValue) - Int128(other.priority.rawValue)
            let longer = Int128(other.earliestStart.nanoseconds) - Int128(one.earliestStart.nanoseconds)
            let lead = points * interval + longer
            if lead != 0 { return lead > 0 }
        } else {
            if one.priority != other.priority { return one.priority > other.priority }
            if one.earliestStart != other.earliestStart { return one.earliestStart < other.earliestStart }
        }
        return one.id < other.id
    }

    mutating func start(_ index: Int, _ actions: inout [Action]) {
        let entry = entries[index]
        entries[index].holdsSlot = true
        entries[index].body = .working
        if entry.hasBody {
            entries[index].end = entry.timeLeft.map { now + $0 }
            entries[index].timeLeft = nil
            actions.append(.resumeBody(entry.number))
        } else {
            entries[index].hasBegun = true
            entries[index].end = entry.request.timeout.map { now + $0 }
            actions.append(.start(entry.number))
        }
    }

    // MARK: - Queries

    var runningCount: Int { count { _ in true } }
    var pendingCount: Int { entries.count(where: \.isPending) }
    var isIdle: Bool { entries.allSatisfy(\.isReported) }

    func newest(of key: String) -> UInt64? {
        entries.last { $0.request.key == key && !$0.isReported }?.number
    }

    /// When something is to be done because of the time.
    var nextTimer: Uptime {
        let times = entries.filter(\.isLive).flatMap { [$0.deadline, $0.end, isDelayed($0) ? $0.earliestStart : nil] }
        return times.compactMap { $0 }.min() ?? .never
    }
}
