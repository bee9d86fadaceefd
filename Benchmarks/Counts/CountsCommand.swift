import ArgumentParser

/// The command line.
struct CountsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "TaskerCounts",
        abstract: "Does one thing as often as it is told, so that somebody else can count what each time takes.",
        discussion: """
            Who counts is .ci/guard: the difference between two runs, divided by how many times more it was done in one of \
            them. No time is looked at. Needs no display.

            SCENARIOS
            \(Scenario.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
            """
    )

    @Argument(help: "The name of a scenario.", completion: .list(Scenario.all.map(\.name)))
    var scenario: Scenario

    @Argument(help: "How many times.")
    var count: Int

    func validate() throws {
        guard count > 0, count.isMultiple(of: Bursts.size) else {
            throw ValidationError("Tasks come in bursts, so the count has to be a multiple of \(Bursts.size).")
        }
        #if DEBUG
        throw ValidationError("Counts of a debug build tell nothing; build for release.")
        #endif
    }

    @MainActor
    func start() {
        scenario.run(count)
    }
}
