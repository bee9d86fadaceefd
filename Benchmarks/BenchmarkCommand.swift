import ArgumentParser
import Foundation

/// The command line.
struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "TaskerBenchmarks",
        abstract: "Compares what Tasker's operations cost with what else does the same, in one run.",
        discussion: """
            The contenders of a measure take turns; a figure is the median of its rounds. What is worth comparing between \
            machines is the ratio, the median of the rounds' ratios. Peers that are not installed are absent. Needs no display. \
            Build it for release: swift run --configuration release TaskerBenchmarks

            MEASURES
            \(Measure.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
            """
    )

    @Flag(help: "List the measures' names and exit.")
    var list = false

    @Flag(help: "Print an object of JSON for each line of the scoreboard, and nothing else.")
    var json = false

    @Option(help: "How many rounds count; at least 5.")
    var runs = 5

    @Option(help: ArgumentHelp("What random numbers start with.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("Run only measures whose name has this in it; may be repeated.", valueName: "text"),
        completion: .list(Measure.all.map(\.name))
    )
    var filter: [String] = []

    private var measures: [Measure] {
        Measure.all.filter { measure in filter.isEmpty || filter.contains { measure.name.contains($0) } }
    }

    func validate() throws {
        guard runs >= 5 else { throw ValidationError("The median of fewer than 5 runs tells nothing.") }
        guard !measures.isEmpty else { throw ValidationError("No measure has that in its name; --list names them.") }
        #if DEBUG
        guard list else { throw ValidationError("Figures of a debug build tell nothing; build for release.") }
        #endif
    }

    /// Runs the measures that were asked for.
    @MainActor
    func start() {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for measure in measures {
            guard !list else {
                print(measure.name)
                continue
            }
            if !json { print("\(measure.name): \(measure.summary)") }
            let entries = Contest(measure, runs: runs, seed: seed).entries
            guard json else {
                print(ScoreTable(entries: entries))
                fflush(nil)
                continue
            }
            for entry in entries {
                guard let line = try? encoder.encode(entry) else { fatalError("\(entry) is no JSON.") }
                print(String(decoding: line, as: UTF8.self))
            }
            fflush(nil)
        }
    }
}
