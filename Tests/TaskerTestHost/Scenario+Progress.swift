import GLibMainLoop
import Tasker

extension Scenario {
    /// What is published of a worker that reports in units and forgets, after each of its stages.
    static func measured(_ words: [String]) {
        var left = 5
        for stage in 1...left {
            taskManager.runProcess(Measured(stage: stage), name: "stage") { task in
                let snapshot = taskManager.tasks[id: task.id]
                let completed = snapshot?.completedUnits.map { "\($0)" } ?? "unknown"
                let total = snapshot?.totalUnits.map { "\($0)" } ?? "none"
                Report.line("stage\(stage)", "\(completed) of \(total) \(snapshot?.unit?.rawValue ?? "none")")
                if let error = task.error as? TaskerError { Report.line("code\(stage)", "\(error.code)") }
                left -= 1
                if left == 0 { loop.quit() }
            }
        }
        loop.run()
    }
}
