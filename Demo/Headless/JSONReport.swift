import Tasker

/// JSON Lines, for programs: one object an update, the last one a summary.
struct JSONReport: ProgressReport {
    var progressStep: Double { 0.01 }

    func line(for task: TaskSnapshot) -> String {
        let fields: [(String, JSONValue)] = [
            ("id", .string("\(task.id)")),
            ("name", .string(task.name)),
            ("kind", .string(task.kind.description)),
            ("state", .string(task.state.rawValue)),
            ("progress", task.progress.map { .number($0.rounded(digits: 4)) } ?? .null),
            ("message", task.message.map(JSONValue.string) ?? .null),
        ]
        let error = task.error.map { [("error", JSONValue.string($0.sentence))] } ?? []
        return JSONValue.object(fields + error).text
    }

    func line(for summary: RunSummary) -> String {
        let counts = TaskState.allCases.map { ($0.rawValue, JSONValue.integer(summary.counts[$0] ?? 0)) }
        let mainLoop = JSONValue.object([
            ("worstGapMilliseconds", .number(summary.mainLoop.worstGap.rounded(digits: 3))),
            ("p99GapMilliseconds", .number(summary.mainLoop.p99Gap.rounded(digits: 3))),
            ("ticks", .integer(summary.mainLoop.ticks)),
        ])
        let rest: [(String, JSONValue)] = [
            ("seconds", .number(summary.seconds.rounded(digits: 3))),
            ("output", .string(summary.output)),
            ("mainLoop", mainLoop),
        ]
        return JSONValue.object([("summary", .object(counts + rest))]).text
    }
}
