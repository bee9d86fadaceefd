import GLibMainLoop
import Tasker

extension Scenario {
    /// One command: `[cwd=PATH] [env=NAME=VALUE] [grace=MILLISECONDS] [cancelOn=LINE] [input=TEXT] [inputSize=BYTES]
    /// [inputFile=PATH] [outputFile=PATH] [accept=STATUS,STATUS…] -- program arguments…`.
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
        var progress: CommandOutputParser?
        for option in options {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch parts[0] {
            case "cwd": command.workingDirectory = parts[1]
            case "env":
                let pair = parts[1].split(separator: "=", maxSplits: 1).map(String.init)
                command.environment[pair[0]] = pair[1]
            case "input": command.standardInput = .text(parts[1])
            case "inputSize":
                command.standardInput = .data([UInt8](repeating: UInt8(ascii: "x"), count: Int(parts[1]) ?? 0))
            case "inputFile": command.standardInput = .file(parts[1])
            case "outputFile": command.standardOutput = .file(parts[1])
            case "accept": command.acceptedExitStatuses = Set(parts[1].split(separator: ",").compactMap { Int32($0) })
            case "progress":
                progress = ["percentage": .percentage, "count": .count, "jsonLines": .jsonLines][parts[1]]
            case "grace": grace = Int(parts[1]).map(Duration.milliseconds)
            default: cancelLine = parts[1]
            }
        }
        taskManager.runCommand(
            command,
            name: "command",
            options: grace.map { .gracePeriod($0) } ?? [],
            progress: progress,
            onOutput: { [cancelLine] line, context in
                let stream = line.stream == .standardOutput ? "out" : "err"
                Report.line(stream, "\(line.bytes.count) \(line.text.prefix(100))")
                if line.text == cancelLine { taskManager.cancelTask(id: context.taskID) }
            },
            whenDone: { task in
                Report.end(task)
                Report.line("progress", "\(task.progress ?? -1) \(task.message ?? "none")")
                loop.quit()
            }
        )
        loop.run()
    }
}
