import Tasker

/// How a run without a window tells its progress: the words, not the moments.
protocol ProgressReport: Sendable {
    /// How far a task's progress must move to be worth a line.
    var progressStep: Double { get }

    func line(for task: TaskSnapshot) -> String
    func line(for summary: RunSummary) -> String
}
