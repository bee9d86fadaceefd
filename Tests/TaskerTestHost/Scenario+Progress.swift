import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// A worker that goes on when each of its events has been handled: `async|sync` and perhaps `cancel`, which cancels it in
    /// the handler of the third and returns from that when the body has ended.
    static func asking(_ words: [String]) {
        let path = "/tmp/tasker-test-answer-\(getpid())"
        defer { unlink(path) }
        let work = Asking(path: path, count: 50, isAsync: words.first == "async")
        taskManager.runProcess(work, key: "asking") { task in
            Report.end(task)
            loop.quit()
        } whenEvent: { event in
            guard let number = try? event.value(as: Int.self) else { return }
            Asking.answer(number, path: path)
            Report.line("event", "\(number)")
            guard words.contains("cancel"), number == 2 else { return }
            Report.line("cancel", "\(taskManager.cancelTask(key: "asking"))")
            holdMain(untilEndOf: "asking")
        }
        loop.run()
    }

    /// A worker's thread that waits for its event to be handled when its task ends, and one that sends its event then.
    static func leftBehind(_ words: [String]) {
        MainQueueBridge.install()
        Task { @MainActor in
            for isLate in [false, true] {
                let task = taskManager.runProcess(Leaving(isLate: isLate), key: "leaving") { _ in
                } whenEvent: { _ in
                    holdMain(untilEndOf: "leaving")
                }
                _ = try? await task.value
                let released = try? await taskManager.runProcess(Leaving.Sequel(isLate: isLate)).value
                Report.line("released", released.map { "\($0)" } ?? "unknown")
            }
            loop.quit()
        }
        loop.run()
    }

    /// Keeps the main thread from whatever comes next until the body has ended.
    private static func holdMain(untilEndOf key: String) {
        while taskManager.task(key: key)?.state == .running { sched_yield() }
    }

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
