import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// Workers and commands with processes of their own, all running; then the end that is asked for.
    static func family(_ words: [String]) {
        var expected = 8
        func found(_ pid: String) {
            Report.line("pid", pid)
            expected -= 1
            guard expected == 0 else { return }
            Report.line("ready")
            switch words.first {
            case "exit": exit(0)
            case "return": loop.quit()
            default: break
            }
        }
        let foundNumber: @MainActor @Sendable (TaskMessage) -> Void = { event in
            found((try? event.value(as: Int.self)).map(String.init) ?? "none")
        }
        taskManager.setLimit(4, of: .kind(.process))
        for _ in 0..<2 {
            taskManager.runProcess(Grandparent(end: .never), whenEvent: foundNumber)
            taskManager.runProcess(Endless(ignoresTerm: true), whenEvent: foundNumber)
        }
        taskManager.runCommand(
            Command("sh", arguments: ["-c", "trap '' TERM; sleep 1000 & echo $!; echo $$; wait"]),
            onOutput: { line, context in try? context.sendEvent("pid", line.text) },
            whenEvent: { event in found((try? event.value(as: String.self)) ?? "none") }
        )
        loop.run()
    }

    /// Cancels workers and commands at every moment of their start.
    static func early(_ words: [String]) {
        var configuration = TaskManagerConfiguration()
        configuration.maximumProcesses = 30
        configuration.maximumCommands = 30
        configuration.workerIdleTime = .zero
        let proxy = TaskManagerProxy(configuration: configuration)
        var left = 60
        func ended(_ state: TaskState, at number: Int) {
            Report.line("done", "\(number) \(state.rawValue)")
            left -= 1
            if left == 0 { loop.quit() }
        }
        func submit(_ number: Int) {
            let options = TaskOptions.gracePeriod(.zero)
            let id =
                number.isMultiple(of: 2)
                ? proxy.runProcess(
                    Endless(ignoresTerm: false),
                    options: options,
                    whenDone: { ended($0.state, at: number) }
                ).id
                : proxy.runCommand(
                    Command("sleep", arguments: ["1000"]),
                    options: options,
                    whenDone: { ended($0.state, at: number) }
                ).id
            // From at once to well after the start: 0…12 ms.
            MainContext.default.addTimeout(every: .milliseconds(number / 5)) {
                proxy.cancelTask(id: id)
                return .remove
            }
            if number.isMultiple(of: 7) { proxy.cancelTask(id: id) }
        }
        for number in 0..<left { submit(number) }
        loop.run()
        Report.line("quiet")
        // The test looks at the children now, and ends this.
        loop.run()
    }

    /// A command that stays; after SIGUSR1, by when the test has killed the guardian, as many as asked for, all at once.
    static func guardian(_ words: [String]) {
        @Sendable func stay() {
            taskManager.runCommand(
                Command("sh", arguments: ["-c", "echo $$; exec sleep 1000"]),
                onOutput: { line, context in try? context.sendEvent("pid", line.text) },
                whenEvent: { event in Report.line("pid", (try? event.value(as: String.self)) ?? "none") }
            )
        }
        MainContext.default.addSignal(SIGUSR1) {
            for _ in 0..<(words.first.flatMap(Int.init) ?? 1) { stay() }
            return .continue
        }
        stay()
        loop.run()
    }
}
