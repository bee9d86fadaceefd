import ArgumentParser
import GLibMainLoop
import Tasker

/// Something to be done many times, in a file of its own.
///
/// Never two threads have something to do at once: what depends on which of them is faster cannot be counted.
struct Scenario: Sendable {
    let name: String
    let summary: String
    /// Does it so many times; then everything that follows from it has been done.
    let run: @MainActor @Sendable (_ count: Int) -> Void

    static let all = [thread, single, features, coroutine, worker, event, report, publish, idle]
}

extension Scenario: ExpressibleByArgument {
    init?(argument: String) {
        guard let scenario = Self.all.first(where: { $0.name == argument }) else { return nil }
        self = scenario
    }
}

extension MainContext {
    /// Dispatches, waiting for events, until `condition` holds.
    func iterate(until condition: () -> Bool) {
        while !condition() { iterate(mayBlock: true) }
    }
}
