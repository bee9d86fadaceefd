import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// Workers and commands with processes of their own, all running; then the end that is asked for.
    static func family(_ words: [String]) {
        var expected = 5
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
        taskManager.runProcess(Grandparent(end: .never)) { event in
            found((try? event.value(as: Int.self)).map(String.init) ?? "none")
        }
        taskManager.runProcess(Endless(ignoresTerm: true)) { event in
            found((try? event.value(as: Int.self)).map(String.init) ?? "none")
        }
        taskManager.runCommand(
            Command("sh", arguments: ["-c", "trap '' TERM; sleep 1000 & echo $!; echo $$; wait"]),
            onOutput: { line, context in try? context.sendEvent("pid", line.text) },
            whenEvent: { event in found((try? event.value(as: String.self)) ?? "none") }
        )
        loop.run()
    }

    /// A command now, and another one after SIGUSR1, by when the test has killed the guardian; then one that stays.
    static func guardian(_ words: [String]) {
        MainContext.default.addSignal(SIGUSR1) {
            taskManager.runCommand(
                Command("sh", arguments: ["-c", "echo $$; exec sleep 1000"]),
                onOutput: { line, context in Report.line("pid", line.text) }
            )
            return .continue
        }
        taskManager.runCommand(
            Command("true"),
            whenDone: { task in
                Report.end(task)
                Report.line("ready")
            }
        )
        loop.run()
    }
}
