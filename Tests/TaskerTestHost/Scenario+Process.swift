import GLibMainLoop
import Tasker

extension Scenario {
    /// One process task: its name, and what that takes.
    static func process(_ words: [String]) {
        let rest = words.dropFirst()
        switch words.first {
        case "sum": report(Sum(count: rest.first.flatMap(Int.init) ?? 3))
        case "throwing": report(Throwing(travels: rest.first == "typed"))
        case "crashing": report(Crashing(way: rest.first.flatMap(Crashing.Way.init) ?? .trap))
        // Long grace periods where the step before is to be enough, so that a wrong step shows as a test that hangs.
        case "cooperative": report(Cooperative(), cancels: true, grace: .seconds(1000))
        case "endless": report(Endless(ignoresTerm: false), cancels: true, grace: .milliseconds(100))
        case "stubborn": report(Endless(ignoresTerm: true), cancels: true, grace: .milliseconds(100))
        case "printing": report(Printing())
        case "vandal": report(Vandal())
        case "travelling": report(Travelling(until: Travelling.Step(rawValue: words[1]) ?? .encodeResult))
        case "burdened": report(Burdened(byteCount: 65 << 20))
        case "large": report(Large(count: 65 << 20))
        case "main-actor": report(OnMainActor())
        case "grandparent":
            report(
                Grandparent(end: rest.first.flatMap(Grandparent.End.init) ?? .never),
                cancels: rest.first == "never",
                grace: .milliseconds(100)
            )
        default: Report.line("unknown", words.joined(separator: " "))
        }
    }

    static func unregistered(_ words: [String]) {
        struct Forgotten: ProcessTask {
            func run(_ context: ExecutionContext) async throws -> Int { 1 }
        }
        report(Forgotten())
    }

    /// Crashes between tasks that are none of their business.
    static func neighbours(_ words: [String]) {
        var left = 0
        func submit<Work: ProcessTask>(_ name: String, _ work: Work) {
            left += 1
            taskManager.runProcess(
                work,
                name: name,
                whenDone: { task in
                    Report.end(task)
                    left -= 1
                    if left == 0 { loop.quit() }
                }
            )
        }
        for way in Crashing.Way.allCases {
            submit("sum-before-\(way)", Sum(count: 10))
            submit("crash-\(way)", Crashing(way: way))
        }
        submit("sum-last", Sum(count: 10))
        loop.run()
    }

    /// Everything that is published of some process tasks, in its order.
    static func updates(_ words: [String]) {
        let connection = taskManager.tasksUpdated.connect { tasks, _ in
            for id in tasks.changes.added + tasks.changes.changed {
                guard let task = tasks[id: id] else { continue }
                let progress = task.progress.map { "\($0)" } ?? "none"
                Report.line("update", "\(task.name) \(task.state.rawValue) \(progress) \(task.message ?? "none")")
            }
        }
        var left = 4
        for number in 0..<left {
            taskManager.runProcess(Sum(count: 200), name: "sum-\(number)") { task in
                let isMain = MainContext.default.isOwner
                Report.line("done", "\(task.name) \(task.state.rawValue) \(isMain)")
                left -= 1
                if left == 0 { loop.quit() }
            } whenEvent: { event in
                Report.line("event", "sum-\(number) \((try? event.value(as: Int.self)) ?? 0)")
            }
        }
        loop.run()
        connection.disconnect()
    }

    /// How long the slowest call on the main thread takes, from the very first process task on.
    static func calls(_ words: [String]) {
        var slowest = Duration.zero
        func measure(_ body: () -> Void) {
            slowest = max(slowest, ContinuousClock().measure(body))
        }
        var left = 20
        for _ in 0..<left {
            measure {
                taskManager.runProcess(Endless(ignoresTerm: false), options: .gracePeriod(.zero)) { _ in
                    left -= 1
                    if left == 0 { loop.quit() }
                } whenEvent: { _ in
                    measure { taskManager.cancelAll() }
                }
            }
        }
        loop.run()
        Report.line("milliseconds", "\(Int(slowest / .milliseconds(1)))")
    }
}
