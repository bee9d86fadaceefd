import GLibMainLoop
import Tasker

extension Scenario {
    /// A program that has nothing but a GLib loop of its own: one task of each kind.
    static func plain(_ words: [String]) {
        var left = 4
        func ended() {
            left -= 1
            if left == 0 { loop.quit() }
        }
        taskManager.addCoroutine(name: "coroutine") { _ in
            await Task.yield()
            return 1
        } whenDone: { task in
            Report.line("value", "\(task.name) \((try? task.result?.get()) ?? 0)")
            ended()
        }
        taskManager.runThread(name: "thread") { _ in
            2
        } whenDone: { task in
            Report.line("value", "\(task.name) \((try? task.result?.get()) ?? 0)")
            ended()
        }
        taskManager.runProcess(
            Sum(count: 2),
            name: "process",
            whenDone: { task in
                Report.line("value", "\(task.name) \((try? task.result?.get()) ?? 0)")
                ended()
            }
        )
        taskManager.runCommand(
            Command("echo", arguments: ["4"]),
            name: "command",
            whenDone: { task in
                Report.line("value", "\(task.name) \((try? task.result?.get().standardOutput) ?? "none")")
                ended()
            }
        )
        loop.run()
    }

    /// The main actor and its task on a loop that nobody else helps.
    static func bridge(_ words: [String]) {
        MainQueueBridge.install()
        Task { @MainActor in
            MainActor.preconditionIsolated()
            Report.line("task", "\(MainContext.default.isOwner)")
            let handle = taskManager.runProcess(Sum(count: 4))
            let value = try? await handle.value
            Report.line("value", "\(value ?? 0) \(MainContext.default.isOwner)")
            try? await taskManager.waitUntilIdle()
            Report.line("idle", "\(MainContext.default.isOwner)")
            loop.quit()
        }
        loop.run()
    }
}
