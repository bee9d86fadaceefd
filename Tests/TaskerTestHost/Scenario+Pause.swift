import Dispatch
import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// A worker and a command, with a child of its own, that run until a gate is opened; SIGUSR1 pauses them, SIGUSR2 does what is
    /// asked for.
    static func pausing(_ words: [String]) {
        guard words.count == 2, mkfifo(words[0], 0o600) == 0 else { return }
        let (gate, end) = (words[0], words[1])
        // Both ends, so that nobody waits for the other one.
        let opener = open(gate, O_RDWR | O_CLOEXEC)
        let proxy = TaskManagerProxy()
        let connection = proxy.taskEvents.connect { event in
            switch event.kind {
            case .paused: Report.line("told", "\(event.task.name) paused")
            case .resumed: Report.line("told", "\(event.task.name) resumed")
            default: break
            }
        }
        var left = 2
        func ended<Success>(_ task: TaskHandle<Success>) {
            Report.line("end", "\(task.name) \(task.state.rawValue) \(task.cancelReason?.rawValue ?? "none")")
            left -= 1
            if left == 0 { loop.quit() }
        }
        var expected = 3
        func found(_ pid: String) {
            Report.line("pid", pid)
            expected -= 1
            if expected == 0 { Report.line("ready") }
        }
        let worker = proxy.runProcess(
            Gated(path: gate),
            name: "worker",
            options: .group("children"),
            whenDone: ended,
            whenEvent: { event in found((try? event.value(as: Int.self)).map(String.init) ?? "none") }
        )
        let command = proxy.runCommand(
            Command("sh", arguments: ["-c", "sleep 1000 & echo $!; echo $$; read line < '\(gate)'; kill $!"]),
            name: "command",
            options: [.group("children"), .gracePeriod(.seconds(1000))],
            onOutput: { line, context in try? context.sendEvent("pid", line.text) },
            whenDone: ended,
            whenEvent: { event in found((try? event.value(as: String.self)) ?? "none") }
        )
        MainContext.default.addSignal(SIGUSR1) {
            let changed =
                switch end {
                case "group": proxy.pauseGroup("children")
                case "manager": proxy.pause()
                default: worker.pause() && command.pause()
                }
            Report.line("paused", "\(changed) \(worker.snapshot.isPaused) \(command.snapshot.isPaused)")
            return .continue
        }
        MainContext.default.addSignal(SIGUSR2) {
            switch end {
            case "group": proxy.resumeGroup("children")
            case "manager": proxy.resume()
            case "cancel": proxy.cancelAll()
            case "shutdown": Task { await proxy.shutdown(waitingFor: .zero) }
            default: _ = worker.resume() && command.resume()
            }
            Report.line("resumed", "\(worker.snapshot.isPaused) \(command.snapshot.isPaused)")
            return .continue
        }
        MainContext.default.addSignal(SIGHUP) {
            _ = write(opener, "\n\n", 2)
            return .continue
        }
        loop.run()
        connection.disconnect()
    }

    /// A command that is paused before it can have begun; SIGUSR2 cancels it.
    static func pausedAtStart(_ words: [String]) {
        let command = Command("sleep", arguments: words)
        let task = taskManager.runCommand(
            command,
            name: "command",
            options: .gracePeriod(.seconds(1000)),
            whenDone: { task in
                Report.end(task)
                loop.quit()
            }
        )
        Report.line("paused", "\(task.pause())")
        MainContext.default.addSignal(SIGUSR2) {
            taskManager.cancelAll()
            return .continue
        }
        loop.run()
    }

    /// A command that several threads pause and resume; it goes on when they are through.
    static func pausedByMany(_ words: [String]) {
        guard let gate = words.first, mkfifo(gate, 0o600) == 0 else { return }
        let opener = open(gate, O_RDWR | O_CLOEXEC)
        taskManager.runCommand(
            Command("sh", arguments: ["-c", "echo; read line < '\(gate)'"]),
            name: "command",
            onOutput: { _, context in
                let id = context.taskID
                DispatchQueue.concurrentPerform(iterations: 4) { _ in
                    for _ in 0..<2000 {
                        taskManager.pauseTask(id: id)
                        taskManager.resumeTask(id: id)
                    }
                }
                _ = write(opener, "\n", 1)
            },
            whenDone: { task in
                Report.end(task)
                loop.quit()
            }
        )
        loop.run()
    }
}
