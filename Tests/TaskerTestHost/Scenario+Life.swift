import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// A worker and a command that ignore TERM, cancelled when they run: what is told before, at and after their ends.
    static func cancelled(_ words: [String]) {
        let options: TaskOptions =
            words.first == "abandonable"
            ? [.abandonable, .gracePeriod(.seconds(1000))] : .gracePeriod(.milliseconds(20))
        var left = 2
        func ended(_ kind: String, _ state: TaskState, _ pid: pid_t) {
            Report.line("done", "\(kind) \(state.rawValue) \(hasEnded(pid) ? "gone" : "alive")")
            left -= 1
            if left == 0 { loop.quit() }
        }
        let pids = Pids()
        let process = taskManager.runProcess(
            Endless(ignoresTerm: true),
            key: "process",
            options: options,
            whenDone: { ended("process", $0.state, pids["process"]) },
            whenEvent: { event in pids["process"] = (try? event.value(as: Int.self)).map(pid_t.init) ?? 0 }
        )
        let command = taskManager.runCommand(
            Command("sh", arguments: ["-c", "trap '' TERM; echo $$; while :; do sleep 1000; done"]),
            key: "command",
            options: options,
            onOutput: { line, context in try? context.sendEvent("pid", line.text) },
            whenDone: { ended("command", $0.state, pids["command"]) },
            whenEvent: { event in pids["command"] = (try? event.value(as: String.self)).flatMap { pid_t($0) } ?? 0 }
        )
        while pids["process"] == 0 || pids["command"] == 0 { MainContext.default.iterate(mayBlock: true) }
        Report.line("cancel", "\(process.cancel()) \(command.cancel()) \(process.cancel()) \(command.cancel())")
        Report.line("at once", "\(process.state.rawValue) \(command.state.rawValue)")
        loop.run()
        Report.line("again", "\(process.cancel()) \(command.cancel())")
        Report.line("result", "\((try? process.result?.get()) == nil) \((try? command.result?.get()) == nil)")
    }

    /// Whether a child has ended, be it collected or not.
    nonisolated private static func hasEnded(_ child: pid_t) -> Bool {
        guard let file = fopen("/proc/\(child)/stat", "r") else { return true }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return true }
        return strstr(line, ") Z ") != nil
    }

    @MainActor
    private final class Pids {
        private var pids: [String: pid_t] = [:]

        subscript(kind: String) -> pid_t {
            get { pids[kind] ?? 0 }
            set { pids[kind] = newValue }
        }
    }

    /// A worker and a command that are replaced when they run; the bodies tell when they begin.
    static func replaced(_ words: [String]) {
        var left = 4
        func ended<Success>(_ task: TaskHandle<Success>) {
            Report.line("done", "\(task.name) \(task.state.rawValue) \(task.cancelReason?.rawValue ?? "none")")
            left -= 1
            if left == 0 { loop.quit() }
        }
        let options = TaskOptions.gracePeriod(.milliseconds(20))
        taskManager.runProcess(Endless(ignoresTerm: true), key: "p", name: "p1", options: options, whenDone: ended) {
            _ in
            taskManager.runProcess(Sum(count: 2), key: "p", name: "p2", whenDone: ended)
        }
        taskManager.runCommand(
            Command(
                "sh",
                arguments: ["-c", "trap 'echo working; exit 0' TERM; echo go; while :; do sleep 0.01; done"]
            ),
            key: "c",
            name: "c1",
            onOutput: { line, context in if line.text == "go" { try? context.sendEvent("go") } },
            whenDone: ended,
            whenEvent: { _ in taskManager.runCommand(Command("true"), key: "c", name: "c2", whenDone: ended) }
        )
        loop.run()
    }

    /// Progress of workers and commands that report a half and then complete or fail.
    static func halfway(_ words: [String]) {
        var left = 4
        func ended<Success>(_ task: TaskHandle<Success>) {
            let published = taskManager.tasks[id: task.id]?.progress
            Report.line("done", "\(task.name) \(task.state.rawValue) \(task.progress ?? -1) \(published ?? -1)")
            left -= 1
            if left == 0 { loop.quit() }
        }
        for fails in [false, true] {
            taskManager.runProcess(Halfway(fails: fails), name: "process", whenDone: ended)
            taskManager.runCommand(
                Command("sh", arguments: ["-c", "echo; exit \(fails ? 1 : 0)"]),
                name: "command",
                onOutput: { _, context in context.setProgress(0.5) },
                whenDone: ended
            )
        }
        loop.run()
    }
}
