import GLibMainLoop
import Tasker

/// Something to measure beside others that do the same, in a file of its own.
struct Measure: Sendable {
    let name: String
    /// What it is called in the report.
    let title: String
    let summary: String
    /// What of it stands on the scoreboard.
    let scores: [Score]
    /// Whoever takes part, ours first; what random numbers start with is the same for all.
    let contenders: @MainActor @Sendable (_ seed: UInt64) -> [Contender]

    static let all = [
        // The first one before others leave threads behind that wait for more; the second while GTask's pool grows as it does in a
        // fresh process: GLib waits longer with each task that finds the pool full, and minutes after some thousand.
        idle, blocked, thread, submitters, burst, coroutine, roundtrip, event, progress, reporters, frames, urgent,
        pending, command, worker, buffer, start, firstUse, memory, million,
    ]
}

extension Measure {
    /// What everybody's figure is called where there is only one.
    static let time = "time"

    /// The time of each of some operations, in microseconds.
    static func figures(_ name: String = time, each count: Int, _ run: () -> Void) -> [Contender.Figure] {
        [.init(name: name, value: ContinuousClock().measure(run) / .microseconds(1) / Double(count))]
    }

    /// Submits functions that do nothing, for threads, and returns when main has seen the end of each.
    @MainActor
    static func runNothing(_ count: Int, on proxy: TaskManagerProxy) {
        var done = 0
        for _ in 0..<count { proxy.runThread({ _ in }, whenDone: { _ in done += 1 }) }
        MainContext.default.iterate { done == count }
    }

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
