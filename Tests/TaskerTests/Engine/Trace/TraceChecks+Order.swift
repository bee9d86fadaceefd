import XCTest

@testable import Tasker

extension TraceChecks {
    // MARK: - Cancel

    func cancels(_ complaints: inout [String]) {
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

    func neverRan(_ complaints: inout [String]) {
        for case .bodyBegan(let id, _) in entries where ends[id]?.task.started == nil { complaints.append("\(id) ran") }
    }

    func bodies(_ complaints: inout [String]) {
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

    func reasons(_ complaints: inout [String]) {
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

    func keys(_ complaints: inout [String]) {
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

    func progress(_ complaints: inout [String]) {
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

    func equals(_ complaints: inout [String]) {
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

    func counts(_ complaints: inout [String]) {
        let greatest = trace.greatestCounts
        for (place, limits) in TraceDriver.limits {
            let count = greatest[place] ?? 0
            if count > limits.upperBound { complaints.append("\(place.storage): \(count)") }
            if count == 0 { complaints.append("\(place.storage): nothing ran") }
        }
    }

    /// Who holds a slot for certain, by the events, is at most as many as may when one more starts or goes on.
    func starts(_ complaints: inout [String]) {
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
                // One that waits for another attempt holds none, and going on gives it none.
                let hasBody = event.task.state == .running && event.task.nextStart == nil
                if holders.remove(event.id) != nil || hasBody { still.insert(event.id) }
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

    func shutdown(_ complaints: inout [String]) {
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
    func isTakenInBeforeTheEnd(_ id: TaskID) -> Bool {
        guard let number = orderOf[id]?.number else { return false }
        let restart = entries.firstIndex { if case .startedAgain = $0 { true } else { false } } ?? 0
        let isEarlier = entries[..<restart].contains { if case .submitted(number, _) = $0 { true } else { false } }
        return isEarlier && (ends[id]?.task.error as? TaskerError)?.code != .shutDown
    }

    func idle(_ complaints: inout [String]) {
        let idle = entries.lastIndex { if case .wasIdle = $0 { true } else { false } } ?? -1
        for (id, end) in ends where end.place > idle { complaints.append("\(id) was done later") }
    }
}
