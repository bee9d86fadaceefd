import GLibMainLoop
import Tasker

/// Something to measure beside others that do the same, in a file of its own.
struct Measure: Sendable {
    let name: String
    let summary: String
    /// What of it stands on the scoreboard.
    let scores: [Score]
    /// Whoever takes part, ours first.
    let contenders: @MainActor @Sendable (MeasureSettings) -> [Contender]

    static let all = [
        thread, submitters, burst, coroutine, roundtrip, event, progress, reporters, frames, urgent, pending, blocked,
        command, worker,
        buffer, start, firstUse, memory, million, idle,
    ]
}

/// A line of the scoreboard: one of the figures that a measure's contenders give.
struct Score: Sendable {
    let figure: String
    let unit: String
    /// Whose figure ours is divided by, if anybody's.
    var rival: String?
    /// The others' figure, if it has another name than ours.
    var against: String?
    var goal: Goal?

    /// What is to be reached.
    enum Goal: Sendable {
        case ratio(Double)
        case atMost(Double)
        case atLeast(Double)
    }
}

/// One of those who are compared.
struct Contender {
    let name: String
    /// Runs once; nil: it is not installed.
    let run: @MainActor () -> [Figure]?

    struct Figure {
        /// As in the scores, with their unit.
        let name: String
        let value: Double
    }

    init(_ name: String, _ run: @escaping @MainActor () -> [Figure]?) {
        (self.name, self.run) = (name, run)
    }
}

/// What the command line says about every measure.
struct MeasureSettings: Sendable {
    /// What random numbers start with.
    let seed: UInt64
}

extension Measure {
    /// What everybody's figure is called where there is only one.
    static let time = "time"

    /// The time of each of some operations.
    static func figures(
        _ name: String = time,
        each count: Int,
        in unit: Duration = .microseconds(1),
        _ run: () -> Void
    ) -> [Contender.Figure] {
        [.init(name: name, value: ContinuousClock().measure(run) / unit / Double(count))]
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
