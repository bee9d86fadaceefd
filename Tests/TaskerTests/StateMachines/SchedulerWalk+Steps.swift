import TestSupport

@testable import Tasker

extension SchedulerWalk {
    mutating func pickBody() -> SchedulerModel.Entry? {
        random.pick(model.entries.filter(\.hasBody))
    }

    mutating func endBody() throws(Difference) {
        guard let entry = pickBody() else { return }
        // One that stands still is not likely to end.
        if entry.body == .still, !random.isOne(in: 4) { return }
        try end(entry, goesOn: entry.request.retriesTimeouts && random.isOne(in: 2))
    }

    mutating func end(_ entry: SchedulerModel.Entry, goesOn: Bool) throws(Difference) {
        let succeeded = !goesOn && !random.isOne(in: 4)
        let next = goesOn ? makeNext() : nil
        let (end, actions) = machine.bodyEnded(entry.id, succeeded: succeeded, next: next, at: now)
        let (expected, expectedActions) = model.bodyEnded(entry.id, succeeded: succeeded, next: next, at: now)
        if !model.entries.contains(where: { $0.id == entry.id }) {
            note(entry.id, succeeded: succeeded && expected == .ends(nil))
        }
        let step = "end \(entry.id) \(succeeded) next \(next?.nanoseconds ?? -1)"
        try compare(step, end, expected)
        try compare(step, actions, expectedActions)
    }

    mutating func makeNext() -> Uptime {
        switch random.below(4) {
        case 0: now
        case 1: Uptime(nanoseconds: max(0, now.nanoseconds - Int64(random.below(50))))
        default: now + .nanoseconds(random.below(400))
        }
    }

    mutating func note(_ id: TaskID, succeeded: Bool) {
        outcomes.append((id, succeeded))
        if outcomes.count > 20 { outcomes.removeFirst() }
    }

    mutating func noteReported() {
        for entry in model.entries where entry.isReported && !outcomes.contains(where: { $0.id == entry.id }) {
            note(entry.id, succeeded: false)
        }
    }

    mutating func returnBody() throws(Difference) {
        guard let entry = pickBody(), entry.request.retriesTimeouts else { return }
        let (got, expected) = (machine.bodyReturned(entry.id), model.bodyReturned(entry.id))
        try compare("return \(entry.id)", got, expected)
    }

    mutating func passTime() throws(Difference) {
        switch random.below(6) {
        case 0: break
        case 1, 2:
            let next = model.nextTimer
            if next != .never, next > now, next - now < .seconds(1) { now = next }
        case 3 where random.isOne(in: 200): now = now + .seconds(1)
        default: now = now + .nanoseconds(random.below(500))
        }
        let moment = now
        let (got, expected) = (machine.passTime(to: moment), model.passTime(to: moment))
        noteReported()
        try compare("passTime \(moment.nanoseconds)", Passage(got), Passage(expected))
    }

    /// What happens when time passes: what ends at one moment in any order, what starts in the order of ranks.
    struct Passage: Equatable {
        var ends: Set<String> = []
        var starts: [Action] = []

        init(_ actions: [Action]) {
            for action in actions {
                switch action {
                case .start: starts.append(action)
                case .resumeBody, .pauseBody, .cancelBody, .finish: ends.insert("\(action)")
                }
            }
        }
    }

    mutating func reachCheckpoint() throws(Difference) {
        guard let entry = random.pick(model.entries) else { return }
        // Mostly one that is told to stand still, or nearly nothing would happen.
        let told = model.entries.filter { $0.body == .told }
        let id = (random.pick(told) ?? entry).id
        let (got, actions) = machine.reachedCheckpoint(id, at: now)
        let (expected, expectedActions) = model.reachedCheckpoint(id, at: now)
        try compare("checkpoint \(id)", got, expected)
        try compare("checkpoint \(id)", actions, expectedActions)
    }

    mutating func pickID() -> TaskID {
        if random.isOne(in: 12) { return random.pick(outcomes)?.id ?? MachineFixture.id(1) }
        return random.pick(model.entries)?.id ?? MachineFixture.id(0)
    }

    mutating func cancel() throws(Difference) {
        let id = pickID()
        let (changed, actions) = machine.cancel(id, reason: .user, at: now)
        let (count, expected) = model.cancel([id], .user, at: now)
        noteReported()
        try compare("cancel \(id)", changed, count > 0)
        try compare("cancel \(id)", actions, expected)
    }

    mutating func cancelKey() throws(Difference) {
        let key = "key \(random.below(7))"
        let (count, actions) = machine.cancel(key: key, reason: .user, at: now)
        let (expected, expectedActions) = model.cancel(model.ids { $0.request.key == key }, .user, at: now)
        try compare("cancel \(key)", count, expected)
        try compare("cancel \(key)", actions, expectedActions)
    }

    mutating func cancelScope() throws(Difference) {
        let scope = random.pick(Self.scopes)!
        let (count, actions) = machine.cancel(scope: scope, reason: .scopeClosed, at: now)
        let ids = model.ids { $0.request.scope == scope }.sorted()
        let (expected, expectedActions) = model.cancel(ids, .scopeClosed, at: now)
        try compare("cancel \(scope)", count, expected)
        try compare("cancel \(scope)", actions, expectedActions)
    }

    mutating func cancelAll(pendingOnly: Bool) throws(Difference) {
        let (count, actions) = machine.cancelAll(reason: .shutdown, pendingOnly: pendingOnly, at: now)
        let waiting = model.ids { $0.isPending }.sorted()
        let begun = pendingOnly ? [] : model.ids { !$0.isPending }.sorted()
        let (expected, expectedActions) = model.cancel(waiting + begun, .shutdown, at: now)
        try compare("cancelAll \(pendingOnly)", count, expected)
        try compare("cancelAll \(pendingOnly)", actions, expectedActions)
    }

    mutating func pause() throws(Difference) {
        let id = pickID()
        let (got, actions) = machine.pause(id, at: now)
        let (expected, expectedActions) = model.setPaused(true, id, at: now)
        try compare("pause \(id)", got, expected)
        try compare("pause \(id)", actions, expectedActions)
    }

    mutating func resume() throws(Difference) {
        let id = random.pick(model.ids(where: \.isPaused)) ?? pickID()
        let (got, actions) = machine.resume(id, at: now)
        let (expected, expectedActions) = model.setPaused(false, id, at: now)
        try compare("resume \(id)", got, expected)
        try compare("resume \(id)", actions, expectedActions)
    }

    mutating func pauseGroup() throws(Difference) {
        let group = random.pick(Self.groups)!
        let pauses = random.isOne(in: 3)
        let (got, actions) = machine.setPaused(pauses, group: group, at: now)
        let (expected, expectedActions) = model.setPaused(pauses, group: group, at: now)
        try compare("pause \(group) \(pauses)", got, expected)
        try compare("pause \(group) \(pauses)", actions, expectedActions)
    }

    mutating func pauseAll() throws(Difference) {
        let pauses = random.isOne(in: 3)
        let (got, actions) = machine.setPaused(pauses, at: now)
        let (expected, expectedActions) = model.setPaused(pauses, at: now)
        try compare("pause all \(pauses)", got, expected)
        try compare("pause all \(pauses)", actions, expectedActions)
    }

    mutating func setPriority() throws(Difference) {
        let (id, priority) = (pickID(), makePriority())
        let got = machine.setPriority(priority, of: id, at: now) != nil
        let expected = model.setPriority(priority, of: id, at: now)
        try compare("priority \(id) \(priority.rawValue)", got, expected)
    }

    mutating func setLimit() throws(Difference) {
        let scopes: [LimitScope] =
            [.all, .pending] + TaskKind.allCases.map { .kind($0) } + Self.groups.map { .group($0) }
        let scope = random.pick(scopes)!
        let limit: Int? = random.isOne(in: 4) ? nil : random.isOne(in: 8) ? .min : random.below(7) - 1
        let (got, expected) = (machine.setLimit(limit, of: scope, at: now), model.setLimit(limit, of: scope, at: now))
        try compare("limit \(scope.storage) \(limit ?? -1)", got, expected)
        try compare("limit \(scope.storage)", machine.limit(of: scope), model.limit(of: scope))
    }

    mutating func addDependency() throws(Difference) {
        let id = random.pick(model.ids(where: \.isPending)) ?? pickID()
        // As the engine does it: of one that has failed the machine is told afterwards, and nothing of one that completed.
        var failed: TaskID?
        var dependency = random.isOne(in: 6) ? makeForeign() : pickID()
        if random.isOne(in: 6), let (ended, succeeded) = random.pick(outcomes) {
            guard !succeeded else { return }
            dependency = ended
        }
        if let entry = model.entries.first(where: { $0.id == dependency }) {
            if entry.isReported { failed = dependency }
        } else if !foreign.contains(dependency) {
            failed = dependency
        }
        let got = machine.addDependency(dependency, to: id, at: now)
        let expected = model.addDependency(dependency, to: id, at: now)
        try compare("depend \(id) on \(dependency)", got, expected)
        if let failed, expected == .added { try endDependency(failed, succeeded: false) }
    }

    mutating func endForeign() throws(Difference) {
        guard !foreign.isEmpty else { return }
        try endDependency(foreign.remove(at: random.below(foreign.count)), succeeded: random.isOne(in: 2))
    }

    mutating func endDependency(_ id: TaskID, succeeded: Bool) throws(Difference) {
        let got = machine.dependencyEnded(id, succeeded: succeeded, at: now)
        let expected = model.dependencyEnded(id, succeeded: succeeded, at: now)
        try compare("ended \(id) \(succeeded)", got, expected)
    }
}
