import GLibMainLoop
import Tasker

extension Scenario {
    /// One command: `[cwd=PATH] [env=NAME=VALUE] [grace=MILLISECONDS] [cancelOn=LINE] -- program arguments…`.
    ///
    /// `%00` stands for NUL, `%long` for a word of 200 KB.
    static func command(_ words: [String]) {
        let words = words.map { word in
            word == "%long"
                ? String(repeating: "x", count: 200_000)
                : word.split(separator: "%00", omittingEmptySubsequences: false).joined(separator: "\0")
        }
        let options = words.prefix { $0 != "--" }
        let program = words.dropFirst(options.count + 1)
        var command = Command(program.first ?? "", arguments: Array(program.dropFirst()))
        var grace: Duration?
        var cancelLine: String?
        for option in options {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch parts[0] {
            case "cwd": command.workingDirectory = parts[1]
            case "env":
                let pair = parts[1].split(separator: "=", maxSplits: 1).map(String.init)
                command.environment[pair[0]] = pair[1]
            case "grace": grace = Int(parts[1]).map(Duration.milliseconds)
            default: cancelLine = parts[1]
            }
        }
        taskManager.runCommand(
            command,
            name: "command",
            options: grace.map { .gracePeriod($0) } ?? [],
            onOutput: { [cancelLine] line, context in
                let stream = line.stream == .standardOutput ? "out" : "err"
                Report.line(stream, "\(line.bytes.count) \(line.text.prefix(100))")
                if line.text == cancelLine { taskManager.cancelTask(id: context.taskID) }
            },
            whenDone: { task in
                Report.end(task)
                loop.quit()
            }
        )
        loop.run()
    }
}
