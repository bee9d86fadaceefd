import TestSupport
import XCTest

@testable import Tasker

/// What a trace must fulfil, one check a promise of the contract.
struct TraceChecks {
    private let entries: [EngineTrace.Entry]
    private let events: [TaskEvent]
    private let orders: [TraceOrder]
    private let trace: EngineTrace
    private let seed: UInt64
    /// What was submitted as the task of an id.
    private var orderOf: [TaskID: TraceOrder] = [:]
    private var eventsOf: [TaskID: [TaskEvent]] = [:]
    private var ends: [TaskID: (place: Int, task: TaskSnapshot)] = [:]

    init(_ trace: EngineTrace, seed: UInt64) {
        self.trace = trace
        self.seed = seed
        (entries, events, orders) = (trace.all, trace.events.values, trace.allOrders)
        for event in events {
            eventsOf[event.id, default: []].append(event)
            if case .submitted = event.kind, let number = event.task.metadata["number"].flatMap({ Int($0) }) {
                orderOf[event.id] = orders[number]
            }
        }
        for (place, entry) in entries.enumerated() {
            if case .done(_, let task, _) = entry { ends[task.id] = (place, task) }
        }
    }

    func run() {
        check("1: ids are unique", identity)
        check("2, 3: states", states)
        check("4, 6: one end each", completions)
        check("5: timestamps", timestamps)
        check("7: order of ends", order)
        check("7: nothing after the end", silence)
        check("8: events", messages)
        check("9, 24: last reports", lastReports)
        check("11: changes", changes)
        check("12, 16: cancels", cancels)
        check("13: who was cancelled before the start", neverRan)
        check("15: ends and bodies", bodies)
        check("17: reasons", reasons)
        check("18: keys", keys)
        check("22, 23: progress", progress)
        check("25, 27: equals", equals)
        check("26: limits, counted in bodies", counts)
        check("26: limits, from the events", starts)
        check("31: shutdown", shutdown)
        check("33: idle", idle)
    }

    private func check(_ promise: String, _ complaints: (inout [String]) -> Void) {
        var found: [String] = []
        complaints(&found)
        let text = found.prefix(5).joined(separator: "\n")
        XCTAssertTrue(found.isEmpty, "Promise \(promise): \(found.count) complaints, TASKER_SEED=\(seed)\n\(text)")
    }

    // MARK: - Identity and life

    private func identity(_ complaints: inout [String]) {
        if Set(orderOf.values.map(\.number)).count != orderOf.count { complaints.append("an order is two tasks") }
        var answered: Set<Int> = []
        for case .submitted(let number, let id) in entries {
            answered.insert(number)
            guard let order = orderOf[id] else {
                complaints.append("\(id) was never told of")
                continue
            }
            if order.number == number { continue }
            let kept = orders[number]
            if kept.policy != .keep || kept.key != order.key { complaints.append("\(number) was answered with \(id)") }
        }
        if answered.count != orders.count {
            complaints.append("\(answered.count) of \(orders.count) orders were answered")
        }
    }

    private func states(_ complaints: inout [String]) {
        for (id, events) in eventsOf {
            var state: TaskState?
            var isPaused = false
            for event in events {
                let new = event.task.state
                let isLegal: Bool =
                    switch (state, event.kind) {
                    case (nil, .submitted): new == .pending
                    case (.pending, .started): new == .running
                    case (.pending, .paused), (.pending, .resumed): new == .pending
                    case (.running, .paused), (.running, .resumed), (.running, .progressed): new == .running
                    case (.running, .retrying), (.running, .iteration): new == .running
                    case (.running, .completed): new == .completed
                    case (.pending, .failed), (.running, .failed): new == .failed
                    case (.pending, .cancelled), (.running, .cancelled): new == .cancelled
                    default: false
                    }
                if !isLegal { complaints.append("\(id): \(event.kind) as \(new) after \(String(describing: state))") }
                if case .resumed = event.kind, !isPaused { complaints.append("\(id): resumed, and was not paused") }
                if case .paused = event.kind, isPaused { complaints.append("\(id): paused twice") }
                switch event.kind {
                case .paused: isPaused = true
                case .resumed, .retrying, .iteration: isPaused = false
                default: break
                }
                state = new
            }
            if state?.isTerminal != true { complaints.append("\(id) has not ended") }
        }
        for case .bodyBegan(let id, isWaiting: true) in entries { complaints.append("\(id) ran while it was pending") }
        var published: [TaskID: TaskState] = [:]
        for case .published(let list, _) in entries {
            for id in Set(list.changes.added + list.changes.changed) {
                guard let new = list[id: id]?.state else { continue }
                if let old = published[id], old.isTerminal || (old == .running && new == .pending) {
                    complaints.append("\(id) was published as \(new) after \(old)")
                }
                published[id] = new
            }
        }
        var signalled: [TaskID: [String]] = [:]
        for case .signalled(let event) in entries { signalled[event.id, default: []].append(Self.name(event)) }
        for (id, events) in eventsOf {
            let told = events.map(Self.name).filter { $0 != "progressed" }
            if signalled[id]?.filter({ $0 != "progressed" }) != told {
                complaints.append("\(id): \(told) was told on main as \(signalled[id] ?? [])")
            }
        }
    }

    private static func name(_ event: TaskEvent) -> String {
        String("\(event.kind)".prefix { $0 != "(" })
    }

    private func completions(_ complaints: inout [String]) {
        var numbers: [Int: Int] = [:]
        for case .done(let number, let task, let isMain) in entries {
            numbers[number, default: 0] += 1
            if !isMain { complaints.append("\(task.id) was done elsewhere") }
            if orderOf[task.id]?.number != number { complaints.append("\(task.id) was done for \(number)") }
            if task.state != eventsOf[task.id]?.last?.task.state {
                complaints.append("\(task.id) was done as \(task.state)")
            }
        }
        for order in orderOf.values where numbers[order.number] != 1 {
            complaints.append("\(order.number) was done \(numbers[order.number] ?? 0) times")
        }
    }

    private func timestamps(_ complaints: inout [String]) {
        for (id, end) in ends {
            let times = [end.task.created, end.task.started, end.task.ended].compactMap { $0?.uptime }
            if times != times.sorted() || end.task.ended == nil { complaints.append("\(id): \(times)") }
            let hasStarted = eventsOf[id]?.contains { if case .started = $0.kind { true } else { false } } ?? false
            if hasStarted != (end.task.started != nil) { complaints.append("\(id): started at no time") }
        }
    }

    // MARK: - Callbacks

    private func order(_ complaints: inout [String]) {
        let ended = events.filter(\.kind.isTerminal).map(\.id)
        let done = entries.compactMap { if case .done(_, let task, _) = $0 { task.id } else { nil } }
        if ended != done { complaints.append("the order of whenDone is not that of the ends") }
    }

    private func silence(_ complaints: inout [String]) {
        for (place, entry) in entries.enumerated() {
            switch entry {
            case .published(let list, _):
                for id in list.changes.added + list.changes.changed where place > ends[id]?.place ?? .max {
                    complaints.append("\(id) was published after its end")
                }
            case .signalled(let event):
                if place > ends[event.id]?.place ?? .max { complaints.append("\(event.id) was told of after its end") }
            case .received(let id, _):
                if place > ends[id]?.place ?? .max { complaints.append("an event of \(id) came after its end") }
            case .iterated(let number, _):
                for (id, order) in orderOf where order.number == number && place > ends[id]?.place ?? .max {
                    complaints.append("an iteration of \(id) came after its end")
                }
            default: break
            }
        }
    }

    private func messages(_ complaints: inout [String]) {
        var (sent, received): ([TaskID: [Int]], [TaskID: [Int]]) = ([:], [:])
        var iterations: [Int: Int] = [:]
        for entry in entries {
            switch entry {
            case .sent(let id, let number): sent[id, default: []].append(number)
            case .received(let id, let number): received[id, default: []].append(number)
            case .iterated(let number, let iteration):
                if iteration != iterations[number, default: 0] + 1 { complaints.append("\(number): \(iteration)") }
                iterations[number] = iteration
            default: break
            }
        }
        for (id, numbers) in sent {
            let got = received[id] ?? []
            // What an abandoned body sends is ignored.
            let isRight = isAbandoned(id) ? numbers.starts(with: got.dropLast()) : numbers == got
            if !isRight { complaints.append("\(id) sent \(numbers), and \(got) came") }
        }
    }

    private func isAbandoned(_ id: TaskID) -> Bool {
        orderOf[id]?.isAbandonable ?? false
    }

    private func lastReports(_ complaints: inout [String]) {
        for (id, end) in ends where !isAbandoned(id) {
            let message = trace.report(of: id) { $0.message }
            if end.task.message != message {
                complaints.append("\(id): \(message ?? "") became \(end.task.message ?? "")")
            }
            if end.task.state == .completed, end.task.progress != 1 { complaints.append("\(id) completed unfinished") }
        }
    }

    private func changes(_ complaints: inout [String]) {
        var (added, gone): (Set<TaskID>, Set<TaskID>) = ([], [])
        for case .published(let list, _) in entries {
            if list.changes.isEmpty { complaints.append("nothing changed") }
            for id in list.changes.added where !added.insert(id).inserted { complaints.append("\(id) was added twice") }
            gone.formUnion(list.changes.removed)
            for id in list.changes.changed where list[id: id] == nil && !gone.contains(id) {
                complaints.append("\(id) changed and is not there")
            }
            if list.count != added.count - gone.count { complaints.append("the changes do not make up the list") }
        }
        for (id, order) in orderOf where added.contains(id) == order.isHidden { complaints.append("\(id) in the list") }
    }

    // MARK: - Cancel

    private func cancels(_ complaints: inout [String]) {
        var changed: Set<TaskID> = []
        for case .cancelled(let id, let hasChanged, let before, let after) in entries where hasChanged {
            if before.isTerminal { complaints.append("\(id) was cancelled after its end") }
            if !changed.insert(id).inserted { complaints.append("\(id) was cancelled twice") }
            let end = ends[id]?.task
            if end?.state != .cancelled || end?.cancelReason != .user { complaints.append("\(id) ended otherwise") }
            if isAbandoned(id), !after.isTerminal { complaints.append("\(id) was not abandoned") }
        }
        for case .reprioritised(let id, changed: true, let before) in entries where before != .pending {
            complaints.append("the priority of \(id) was changed while it was \(before)")
        }
    }

    private func neverRan(_ complaints: inout [String]) {
        for case .bodyBegan(let id, _) in entries where ends[id]?.task.started == nil { complaints.append("\(id) ran") }
    }

    private func bodies(_ complaints: inout [String]) {
        var running: [TaskID: Int] = [:]
        for entry in entries {
            switch entry {
            case .bodyBegan(let id, _): running[id, default: 0] += 1
            case .bodyEnded(let id): running[id, default: 0] -= 1
            case .done(_, let task, _):
                if !isAbandoned(task.id), running[task.id] ?? 0 != 0 {
                    complaints.append("\(task.id) ended before its body")
                }
            default: break
            }
            if case .bodyBegan(let id, _) = entry, running[id] != 1 { complaints.append("\(id) has two bodies") }
        }
        for (id, count) in running where count != 0 { complaints.append("a body of \(id) has not ended") }
    }

    private func reasons(_ complaints: inout [String]) {
        let known: Set<CancelReason> = [.user, .keyReplaced, .shutdown, .dependencyFailed, .scopeClosed]
        for event in events where event.kind.isTerminal {
            switch event.kind {
            case .cancelled(let reason):
                if !known.contains(reason) || event.task.cancelReason != reason {
                    complaints.append("\(event.id): \(reason)")
                }
            case .failed(let error as TaskerError) where error.code == .timedOut:
                if event.task.cancelReason != .timeout { complaints.append("\(event.id): no reason") }
            default: break
            }
            if event.task.state == .failed, event.task.error == nil { complaints.append("\(event.id): no error") }
        }
    }

    private func keys(_ complaints: inout [String]) {
        var running: [String: TaskID] = [:]
        for entry in entries {
            switch entry {
            case .bodyBegan(let id, _):
                guard let key = orderOf[id]?.key else { continue }
                if let other = running[key] { complaints.append("\(id) overlaps \(other)") }
                running[key] = id
            case .bodyEnded(let id):
                if let key = orderOf[id]?.key { running[key] = nil }
            default: break
            }
        }
        for (id, end) in ends {
            guard let error = end.task.error as? TaskerError, error.code == .keyInUse else { continue }
            if orderOf[id]?.policy != .reject { complaints.append("\(id) was rejected") }
        }
    }

    // MARK: - Progress

    private func progress(_ complaints: inout [String]) {
        var last: [TaskID: TaskSnapshot] = [:]
        var overall = 1.0
        for case .published(let list, let new) in entries {
            overall = new
            if !(0...1).contains(new) { complaints.append("overall \(new)") }
            for id in list.changes.changed {
                guard let task = list[id: id] else { continue }
                if let old = last[id], old.attempt == task.attempt, (old.progress ?? -1) > (task.progress ?? -1) {
                    complaints.append("\(id): from \(old.progress ?? -1) back to \(task.progress ?? -1)")
                }
                last[id] = task
            }
        }
        if overall != 1 { complaints.append("overall \(overall) in the end") }
    }

    // MARK: - Order and limits

    private func equals(_ complaints: inout [String]) {
        var touched: Set<TaskID> = []
        for entry in entries {
            switch entry {
            case .touched(let id), .reprioritised(let id, changed: true, before: _): touched.insert(id)
            default: break
            }
        }
        var last: [String: Int] = [:]
        for event in events {
            guard case .started = event.kind, let order = orderOf[event.id], order.isPlain else { continue }
            guard !touched.contains(event.id) else { continue }
            let equals = "\(order.thread) \(order.kind)"
            if let before = last[equals], before > order.number {
                complaints.append("\(order.number) after \(before)")
            }
            last[equals] = order.number
        }
    }

    private func counts(_ complaints: inout [String]) {
        let greatest = trace.greatestCounts
        for (place, limits) in TraceDriver.limits {
            let count = greatest[place] ?? 0
            if count > limits.upperBound { complaints.append("\(place.storage): \(count)") }
            if count == 0 { complaints.append("\(place.storage): nothing ran") }
        }
    }

    /// Who holds a slot for certain, by the events, is at most as many as may when one more starts or goes on.
    private func starts(_ complaints: inout [String]) {
        var limits = Dictionary(uniqueKeysWithValues: TraceDriver.limits.map { ($0.scope, [$0.limits.upperBound]) })
        var changes = trace.allLimits
        var holders: Set<TaskID> = []
        var still: Set<TaskID> = []
        for event in events {
            if let limit = changes[event.id]?.first {
                switch event.kind {
                // Between these two the limit is changed.
                case .paused: limits[limit.place]?.append(limit.limit)
                case .resumed:
                    limits[limit.place] = [limit.limit]
                    changes[event.id]?.removeFirst()
                default: break
                }
                continue
            }
            let isNew: Bool
            switch event.kind {
            case .started: isNew = holders.insert(event.id).inserted
            case .paused:
                if holders.remove(event.id) != nil || event.task.state == .running { still.insert(event.id) }
                isNew = false
            case .resumed:
                // What goes on to end needs no slot.
                isNew = still.remove(event.id) != nil && !event.task.isCancelRequested
                if isNew { holders.insert(event.id) }
            case .retrying, .iteration, .completed, .failed, .cancelled:
                holders.remove(event.id)
                still.remove(event.id)
                isNew = false
            default: isNew = false
            }
            guard isNew else { continue }
            for place in orderOf[event.id]?.places ?? [] {
                guard let limit = limits[place]?.max() else { continue }
                let count = holders.count { orderOf[$0]?.places.contains(place) ?? false }
                if count > limit { complaints.append("\(event.id) is number \(count) of \(limit) in \(place.storage)") }
            }
        }
    }

    // MARK: - End

    private func shutdown(_ complaints: inout [String]) {
        var isClosed = true
        var cancelled: Set<TaskID> = []
        for (place, entry) in entries.enumerated() {
            switch entry {
            case .startedAgain: isClosed = false
            case .submitted(let number, let id) where isClosed && orders[number].comesTooLate:
                let error = ends[id]?.task.error as? TaskerError
                if error?.code != .shutDown { complaints.append("\(id) was taken in") }
            case .done(_, let task, _):
                if isClosed, task.cancelReason == .shutdown { cancelled.insert(task.id) }
            case .shutDown(let report):
                let ids = report.cancelled.map(\.id)
                if ids != ids.sorted() || Set(ids).count != ids.count { complaints.append("the report is \(ids)") }
                if Set(ids) != cancelled {
                    let differences = cancelled.symmetricDifference(ids).sorted()
                    complaints.append(
                        "the report differs by \(differences.map { "\($0) \(orderOf[$0].map { "\($0)" } ?? "")" })"
                    )
                }
                if !report.abandoned.isEmpty { complaints.append("\(report.abandoned.map(\.id)) were left behind") }
                for id in eventsOf.keys where isTakenInBeforeTheEnd(id) && ends[id]?.place ?? .max > place {
                    complaints.append("\(id) was done after the shutdown")
                }
            default: break
            }
        }
    }

    /// Whether a task was taken in before the manager was started again.
    private func isTakenInBeforeTheEnd(_ id: TaskID) -> Bool {
        guard let number = orderOf[id]?.number else { return false }
        let restart = entries.firstIndex { if case .startedAgain = $0 { true } else { false } } ?? 0
        let isEarlier = entries[..<restart].contains { if case .submitted(number, _) = $0 { true } else { false } }
        return isEarlier && (ends[id]?.task.error as? TaskerError)?.code != .shutDown
    }

    private func idle(_ complaints: inout [String]) {
        let idle = entries.lastIndex { if case .wasIdle = $0 { true } else { false } } ?? -1
        for (id, end) in ends where end.place > idle { complaints.append("\(id) was done later") }
    }
}
