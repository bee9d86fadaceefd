import GLibMainLoop
import Tasker

/// One thing to measure, in a file of its own.
struct Measure: Sendable {
    let name: String
    let summary: String
    let run: @MainActor @Sendable (MeasureSettings) -> Comparison

    static let all = [pending, noop, progress, roundtrip, worker, command, start, buffer]
}

/// What the command line says about every measure.
struct MeasureSettings: Sendable {
    /// How often each column runs.
    let runs: Int
    /// What random numbers start with.
    let seed: UInt64
}

extension Measure {
    /// Runs a function on the thread of a fresh manager, while main dispatches, and returns what it has measured.
    @MainActor
    static func onThread(
        _ body: @escaping @Sendable (ExecutionContext) throws -> Duration,
        whenEvent: @escaping @MainActor @Sendable () -> Void = {}
    ) -> Duration {
        let proxy = TaskManagerProxy()
        var result: Result<Duration, any Error>?
        proxy.runThread(body) { task in
            result = task.result
        } whenEvent: { _ in
            whenEvent()
        }
        MainContext.default.iterate { result != nil }
        do {
            return try result?.get() ?? .zero
        } catch {
            fatalError("What is measured failed: \(error)")
        }
    }
}

extension MainContext {
    /// Dispatches, waiting for events, until `condition` holds.
    func iterate(until condition: () -> Bool) {
        while !condition() { iterate(mayBlock: true) }
    }
}
