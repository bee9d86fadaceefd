import GLibMainLoop
import Glibc
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

    /// Counts descriptors, children and threads before and after many tasks.
    static func leak(_ words: [String]) {
        batch(commands: 16, processes: 4)
        let before = (descriptors: count("/proc/self/fd"), threads: count("/proc/self/task"))
        #if TASKER_THREAD_SANITIZER
        // A worker takes a second to start there.
        batch(commands: 60, processes: 10)
        #else
        batch(commands: 300, processes: 200)
        #endif
        // Children are reaped, and their pidfds closed, a moment after their tasks have ended, and idle threads end after
        // some seconds; when they never do, the test's watchdog ends this.
        MainContext.default.addTimeout(every: .milliseconds(50)) {
            // Libraries open a few once, the first time that they need them; not one a task.
            let isBack = count("/proc/self/fd") <= before.descriptors + 4 && count("/proc/self/task") <= before.threads
            guard isBack, !hasChildren else { return .continue }
            MainActor.assumeIsolated { loop.quit() }
            return .remove
        }
        loop.run()
        Report.line("back")
    }

    /// Whether there is a child that runs, or one that was not collected; the guardian is nobody's child.
    nonisolated private static var hasChildren: Bool {
        #if TASKER_THREAD_SANITIZER
        // The sanitizer has one of its own.
        return false
        #else
        var info = siginfo_t()
        return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
        #endif
    }

    /// Runs good tasks and, for each command, one whose program is missing.
    private static func batch(commands: Int, processes: Int) {
        for _ in 0..<commands {
            taskManager.runCommand(Command("true"))
            taskManager.runCommand(Command("/nonexistent/program"))
        }
        for _ in 0..<processes { taskManager.runProcess(Sum(count: 3)) }
        Task { @MainActor in
            try? await taskManager.waitUntilIdle()
            loop.quit()
        }
        loop.run()
    }

    nonisolated static func count(_ folder: String) -> Int {
        guard let stream = opendir(folder) else { return -1 }
        defer { closedir(stream) }
        var count = 0
        while readdir(stream) != nil { count += 1 }
        return count
    }
}
