import ArgumentParser

/// The command line.
struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "TaskerBenchmarks",
        abstract: "Compares what Tasker's operations cost with something in the same process.",
        discussion: """
            Each measure runs its columns in turn and prints their medians and, as what is worth comparing between machines, \
            the ratios of those to the first column's. Needs no display. Build it for release: \
            swift run --configuration release TaskerBenchmarks

            MEASURES
            \(Measure.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
            """
    )

    @Flag(help: "List the measures' names and exit.")
    var list = false

    @Option(help: "How often each column runs; at least 5.")
    var runs = 5

    @Option(help: ArgumentHelp("What random numbers start with; printed where they are used.", valueName: "number"))
    var seed: UInt64 = 1

    @Argument(help: "The measures to run. Default: all.", completion: .list(Measure.all.map(\.name)))
    var measures: [String] = []

    func validate() throws {
        guard runs >= 5 else { throw ValidationError("The median of fewer than 5 runs tells nothing.") }
        for name in measures where !Measure.all.contains(where: { $0.name == name }) {
            throw ValidationError("There is no measure “\(name)”; --list names them.")
        }
        #if DEBUG
        guard list else { throw ValidationError("Figures of a debug build tell nothing; build for release.") }
        #endif
    }

    /// Runs the measures that were asked for.
    @MainActor
    func start() {
        for measure in Measure.all where measures.isEmpty || measures.contains(measure.name) {
            guard !list else {
                print(measure.name)
                continue
            }
            print("\(measure.name): \(measure.summary)")
            print(measure.run(MeasureSettings(runs: runs, seed: seed)))
        }
    }
}
