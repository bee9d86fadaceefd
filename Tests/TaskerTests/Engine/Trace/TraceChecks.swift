import TestSupport
import XCTest

@testable import Tasker

/// What a trace must fulfil, one check a promise of the contract.
struct TraceChecks {
    let entries: [EngineTrace.Entry]
    let events: [TaskEvent]
    let orders: [TraceOrder]
    let trace: EngineTrace
    let seed: UInt64
    /// What was submitted as the task of an id.
    var orderOf: [TaskID: TraceOrder] = [:]
    var eventsOf: [TaskID: [TaskEvent]] = [:]
    var ends: [TaskID: (place: Int, task: TaskSnapshot)] = [:]

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

    func check(_ promise: String, _ complaints: (inout [String]) -> Void) {
        var found: [String] = []
        complaints(&found)
        let text = found.prefix(5).joined(separator: "\n")
        XCTAssertTrue(found.isEmpty, "Promise \(promise): \(found.count) complaints, TASKER_SEED=\(seed)\n\(text)")
    }

    // MARK: - Identity and life

    func identity(_ complaints: inout [String]) {
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

    func states(_ complaints: inout [String]) {
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
                case .resumed: isPaused = false
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

    static func name(_ event: TaskEvent) -> String {
        String("\(event.kind)".prefix { $0 != "(" })
    }

    func completions(_ complaints: inout [String]) {
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

    func timestamps(_ complaints: inout [String]) {
        for (id, end) in ends {
            let times = [end.task.created, end.task.started, end.task.ended].compactMap { $0?.uptime }
            if times != times.sorted() || end.task.ended == nil { complaints.append("\(id): \(times)") }
            let hasStarted = eventsOf[id]?.contains { if case .started = $0.kind { true } else { false } } ?? false
            if hasStarted != (end.task.started != nil) { complaints.append("\(id): started at no time") }
        }
    }

    // MARK: - Callbacks

    func order(_ complaints: inout [String]) {
        let ended = events.filter(\.kind.isTerminal).map(\.id)
        let done = entries.compactMap { if case .done(_, let task, _) = $0 { task.id } else { nil } }
        if ended != done { complaints.append("the order of whenDone is not that of the ends") }
    }

    func silence(_ complaints: inout [String]) {
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

    func messages(_ complaints: inout [String]) {
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

    func isAbandoned(_ id: TaskID) -> Bool {
        orderOf[id]?.isAbandonable ?? false
    }

    func lastReports(_ complaints: inout [String]) {
        for (id, end) in ends where !isAbandoned(id) {
            let message = trace.report(of: id) { $0.message }
            if end.task.message != message {
                complaints.append("\(id): \(message ?? "") became \(end.task.message ?? "")")
            }
            if end.task.state == .completed, end.task.progress != 1 { complaints.append("\(id) completed unfinished") }
        }
    }

    func changes(_ complaints: inout [String]) {
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
}
