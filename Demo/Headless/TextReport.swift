import Tasker

/// A line a step, for people.
struct TextReport: ProgressReport {
    var progressStep: Double { 0.1 }

    func line(for task: TaskSnapshot) -> String {
        let percent = task.progress.map(\.asPercent) ?? "…"
        return [
            Self.pad(task.name, 10), Self.pad(task.state.rawValue, 10),
            Self.pad(percent, 6), task.message ?? "",
        ].joined(separator: " ")
    }

    func line(for summary: RunSummary) -> String {
        let counts = TaskState.allCases.compactMap { state in
            summary.counts[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
        }
        let loop = summary.mainLoop
        return """
            \(counts.joined(separator: ", ")) in \(summary.seconds.rounded(digits: 2)) s; results in \(summary.output)
            Main loop at 60 Hz: worst gap \(loop.worstGap.rounded(digits: 1)) ms, 99th percentile \
            \(loop.p99Gap.rounded(digits: 1)) ms of \(loop.ticks) ticks
            """
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
