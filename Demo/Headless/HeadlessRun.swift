import GLibMainLoop
import Glibc
import Tasker

/// The four tasks on a plain GLib main loop.
@MainActor
final class HeadlessRun {
    /// What was last told about a task.
    private struct Told {
        var state: TaskState
        var progress: Double?
        var time: ContinuousClock.Instant
    }

    private let workplace: Workplace
    private let report: any ProgressReport
    private let loop = MainLoop()
    private let gauge = MainLoopGauge()
    private let started = ContinuousClock.now
    private var told: [TaskID: Told] = [:]
    private var signal: Int32?
    private var hasProblem = false

    init(workplace: Workplace, report: any ProgressReport) {
        self.workplace = workplace
        self.report = report
    }

    /// Returns the exit status when every task has ended.
    func run() -> Int32 {
        MainQueueBridge.install()
        for number in [SIGINT, SIGTERM] {
            MainContext.default.addSignal(number) { [weak self] in
                MainActor.assumeIsolated { self?.interrupt(number) }
                return .continue
            }
        }
        let connection = taskManager.tasksUpdated.connect { [weak self] tasks, _ in
            for id in tasks.changes.added + tasks.changes.changed {
                if let task = tasks[id: id] { self?.tell(task) }
            }
        }
        gauge.start()
        DemoTasks(workplace: workplace) { [weak self] in self?.tell($0) }.startAll()
        Task { @MainActor in
            // It throws when the one who waits is cancelled; nobody cancels this one.
            try? await taskManager.waitUntilIdle()
            await taskManager.shutdown()
            loop.quit()
        }
        loop.run()
        connection.disconnect()
        return finish()
    }

    private func interrupt(_ number: Int32) {
        signal = signal ?? number
        taskManager.cancelAll()
    }

    private func tell(_ problem: DemoError) {
        hasProblem = true
        OutputStream.standardError.write("TaskerDemo: \(problem)\n")
    }

    /// Tells a task's new state at once, its progress in steps, and at most ten times a second.
    private func tell(_ task: TaskSnapshot) {
        let now = ContinuousClock.now
        if let last = told[task.id], last.state == task.state {
            guard !task.state.isTerminal, now - last.time >= .milliseconds(100) else { return }
            let moved = abs((task.progress ?? 0) - (last.progress ?? 0))
            guard moved >= report.progressStep || now - last.time >= .seconds(1) else { return }
        }
        told[task.id] = Told(state: task.state, progress: task.progress, time: now)
        OutputStream.standardOutput.write(report.line(for: task) + "\n")
        if let error = task.error {
            // What a command complained about before it failed is in its message.
            let complaint = task.kind == .command ? task.message.map { " (\($0))" } ?? "" : ""
            OutputStream.standardError.write("TaskerDemo: \(task.name): \(error.sentence)\(complaint)\n")
        }
    }

    private func finish() -> Int32 {
        let tasks = taskManager.tasks
        let counts = Dictionary(grouping: tasks, by: \.state).mapValues(\.count)
        let summary = RunSummary(
            counts: counts,
            seconds: (ContinuousClock.now - started) / .seconds(1),
            output: workplace.output,
            mainLoop: gauge.stop()
        )
        OutputStream.standardOutput.write(report.line(for: summary) + "\n")
        OutputStream.standardOutput.flush()
        OutputStream.standardError.flush()
        if let signal { return 128 + signal }
        return counts[.completed] == tasks.count && !hasProblem ? 0 : 1
    }
}
