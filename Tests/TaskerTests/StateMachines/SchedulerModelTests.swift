import Testing

@testable import Tasker

/// Promises 2, 4, 12, 13, 15 to 18, 25 to 27 and 31 in the state machine, against a model of them.
@Suite struct SchedulerModelTests {
    #if TASKER_THREAD_SANITIZER
    private static let steps = 20_000
    #elseif DEBUG
    private static let steps = 150_000
    #else
    private static let steps = 1_000_000
    #endif

    @Test func theMachineDoesWhatTheModelSays() {
        let seed = RandomSeed.announced(for: "SchedulerModelTests")
        var walk = SchedulerWalk(seed: seed)
        do {
            try walk.run(steps: Self.steps)
        } catch {
            // The same walk again, to see the way that leads there.
            var again = SchedulerWalk(seed: seed, loggingFrom: error.step - 20)
            try? again.run(steps: error.step)
            Issue.record("TASKER_SEED=\(seed), step \(error.step): \(error.text)\n\(again.log.joined(separator: "\n"))")
        }
    }
}
