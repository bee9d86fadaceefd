import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// Counts ends, and quits the loop at the last one.
    @MainActor
    private final class Ends {
        private var left: Int
        private let atLast: @MainActor () -> Void

        init(_ count: Int, atLast: @escaping @MainActor () -> Void = { loop.quit() }) {
            left = count
            self.atLast = atLast
        }

        func add<Success>(_ task: TaskHandle<Success>) {
            let why = (task.error as? TaskerError)?.code.description ?? task.cancelReason?.rawValue ?? "none"
            Report.line("end", "\(task.kind) \(task.name) \(task.state.rawValue) \(why)")
            left -= 1
            if left == 0 { atLast() }
        }
    }

    /// A worker and a command that begin later, and ones that are cancelled before.
    static func later(_ words: [String]) {
        let ends = Ends(4) {
            Report.line("quiet")
            loop.quit()
        }
        func submit<Success>(_ body: TaskBody<Success>) {
            let soon = taskManager.runLater(after: .milliseconds(20), body, name: "soon", whenDone: { ends.add($0) })
            Report.line("submitted", "\(soon.kind) \(soon.state.rawValue) \(soon.snapshot.nextStart != nil)")
            let late = taskManager.runLater(after: .seconds(1000), body, name: "late", whenDone: { ends.add($0) })
            Report.line("cancel", "\(late.cancel()) \(late.state.rawValue)")
        }
        submit(.process(Sum(count: 3)))
        submit(.command(Command("true")))
        loop.run()
    }

    /// A worker and a command three times, faster than they can.
    static func periodic(_ words: [String]) {
        let ends = Ends(2)
        taskManager.runPeriodic(
            every: .milliseconds(1),
            .process(Sum(count: 3)),
            name: "worker",
            count: 3,
            whenIteration: { Report.line("worker", "\($0.number) \((try? $0.result.get()) ?? -1)") },
            whenDone: { ends.add($0) }
        )
        taskManager.runPeriodic(
            every: .milliseconds(1),
            .command(Command("echo", arguments: ["hello"])),
            name: "command",
            count: 3,
            overrun: .runLate,
            whenIteration: { iteration in
                let output = try? iteration.result.get().standardOutput
                Report.line("command", "\(iteration.number) \(output ?? "none")")
            },
            whenDone: { ends.add($0) }
        )
        loop.run()
    }

    /// Workers and commands that take too long, and end by nothing but KILL.
    static func timedOut(_ words: [String]) {
        let ends = Ends(4) { Report.line("quiet") }
        let command = Command("sh", arguments: ["-c", "trap '' TERM; sleep 1000 & while :; do wait; done"])
        for time in [TaskOptions.timeout(.milliseconds(500)), .deadline(.milliseconds(500))] {
            let options: TaskOptions = [time, .gracePeriod(.milliseconds(50))]
            let work = Endless(ignoresTerm: true)
            taskManager.runProcess(work, name: "task", options: options, whenDone: { ends.add($0) })
            taskManager.runCommand(command, name: "task", options: options, whenDone: { ends.add($0) })
        }
        // The test looks at the children when they have ended, and ends this.
        loop.run()
    }

    /// A command that takes too long the first time it is run, which a folder remembers.
    static func timedOutOnce(_ words: [String]) {
        let ends = Ends(1)
        let script = "mkdir '\(words.first ?? "")' && exec sleep 1000; echo again"
        taskManager.runCommand(
            Command("sh", arguments: ["-c", script]),
            name: "task",
            // As many times as it is not even run that far in time.
            options: [.timeout(.milliseconds(300)), .retrying(50, .constant(.zero))],
            whenDone: { task in
                Report.line("output", (try? task.result?.get().standardOutput) ?? "none")
                ends.add(task)
            }
        )
        loop.run()
    }
}
