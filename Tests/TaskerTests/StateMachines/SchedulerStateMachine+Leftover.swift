@testable import Tasker

extension SchedulerStateMachine {
    /// What a machine without tasks, paused groups and groups with limits still holds of them; nil: nothing.
    var leftover: String? {
        var found: [String] = []
        func look(_ name: String, _ count: Int) {
            if count != 0 { found.append("\(name): \(count)") }
        }
        look("table", table.count)
        look("lines", lines.count)
        look("timers", timers.count)
        look("cancelReasons", cancelReasons.count)
        look("scopes", scopes.count)
        look("scopeOfTask", scopeOfTask.count)
        look("ended", ended.count)
        look("pendingCount", pendingCount)
        look("runningCount", runningCount)
        look("runningByKind", runningByKind.reduce(0) { $0 + abs($1) })
        look("abandonedCount", abandonedCount)
        look(
            "positions",
            Self.count(in: queuePositions) + Self.count(in: timerPositions) + Self.count(in: bodyPositions)
        )
        look("dependencies", Self.count(in: dependencies))
        look("lanes", lanes.all.count - 1)
        look("heads", TaskKind.allCases.count { lanes.first(of: $0.index) != nil })
        for number in lanes.all {
            let lane = lanes[number]
            look(
                "lane \(number)",
                lane.running + lane.count + lane.bodies.count + lane.queues.reduce(0) { $0 + $1.count }
            )
        }
        return found.isEmpty ? nil : found.joined(separator: ", ")
    }

    /// How many things stand in the collections that are private to a part of the machine.
    private static func count(in part: Any) -> Int {
        Mirror(reflecting: part).children.reduce(0) { sum, child in
            switch child.value {
            case let positions as [Int32]: sum + positions.count { $0 >= 0 }
            case let sets as [TaskID: Set<TaskID>]: sum + sets.count
            default: sum + 1
            }
        }
    }
}
