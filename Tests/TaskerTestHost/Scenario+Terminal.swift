import CTaskerTestHost
import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// A command that reads its terminal, started by an application that has one.
    static func terminal(_ words: [String]) {
        guard tasker_take_terminal() else { return }
        Report.line("application", open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0 ? "has a terminal" : "has none")
        taskManager.runCommand(
            Command("sh", arguments: ["-c", "cat /dev/tty || echo no terminal"]),
            name: "command",
            onOutput: { line, _ in
                if line.stream == .standardOutput { Report.line("out", line.text) }
            },
            whenDone: { task in
                Report.end(task)
                loop.quit()
            }
        )
        loop.run()
    }
}
