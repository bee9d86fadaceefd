import Tasker

/// What a run without a window came to.
struct RunSummary: Sendable {
    let counts: [TaskState: Int]
    let seconds: Double
    let output: String
    let mainLoop: MainLoopGauge.Reading
}
