import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// A worker and a command for each number of free descriptors, then one of each when all are free again:
    /// `cold|warm first last`; warm after one of each has run, cold as the first of this process.
    static func exhausted(_ words: [String]) {
        MainQueueBridge.install()
        var limit = rlimit(rlim_cur: 200, rlim_max: 200)
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, words.count == 3,
            let first = Int(words[1]), let last = Int(words[2])
        else { return }
        // libdispatch opens an epoll for the first timer, its own ones included, and traps if it gets none: an application that
        // has not got as far is not the library's matter.
        taskManager.addCoroutine(
            { _ in try await Task.sleep(for: .milliseconds(1)) },
            whenDone: { _ in loop.quit() }
        )
        loop.run()
        if words[0] == "warm" { both("warm") }
        for free in first...last {
            var taken: [Int32] = []
            while true {
                let descriptor = dup(2)
                if descriptor < 0 { break }
                taken.append(descriptor)
            }
            for _ in 0..<min(free, taken.count) { close(taken.removeLast()) }
            both("few")
            for descriptor in taken { close(descriptor) }
        }
        both("many")
    }

    /// Each of its tasks starts a worker.
    private static let coldManager: TaskManagerProxy = {
        var configuration = TaskManagerConfiguration()
        configuration.workerIdleTime = .zero
        return TaskManagerProxy(configuration: configuration)
    }()

    /// Runs a worker and a command to their ends.
    private static func both(_ word: String) {
        var left = 2
        func ended(_ kind: String, _ error: (any Error)?) {
            Report.line(word, "\(kind) \(describe(error))")
            if let error { Report.line("text", "\(error)") }
            left -= 1
            if left == 0 { loop.quit() }
        }
        coldManager.runProcess(Sum(count: 3), whenDone: { ended("process", $0.error) })
        taskManager.runCommand(Command("true"), whenDone: { ended("command", $0.error) })
        loop.run()
    }

    private static func describe(_ error: (any Error)?) -> String {
        error.map { ($0 as? TaskerError)?.code.description ?? "\($0)" } ?? "fine"
    }

    /// Commands, while a thread takes every descriptor and gives some back, over and over.
    static func flicker(_ words: [String]) {
        MainQueueBridge.install()
        taskManager.runCommand(Command("true"), whenDone: { _ in loop.quit() })
        loop.run()
        var limit = rlimit(rlim_cur: 200, rlim_max: 200)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let flicker = taskManager.runThread { context in
            var taken: [Int32] = []
            while !context.isCancelled {
                let descriptor = dup(2)
                if descriptor >= 0 {
                    taken.append(descriptor)
                } else {
                    for descriptor in taken { close(descriptor) }
                    taken = []
                    // Lets a child get some way.
                    sched_yield()
                }
            }
            for descriptor in taken { close(descriptor) }
        }
        var left = 300
        for _ in 0..<left {
            taskManager.runCommand(
                Command("true"),
                whenDone: { task in
                    Report.line("few", describe(task.error))
                    left -= 1
                    if left == 0 { flicker.cancel() }
                }
            )
        }
        Task {
            try? await taskManager.waitUntilIdle()
            loop.quit()
        }
        loop.run()
        both("many")
    }

    /// Cancels a command that needs both signals while every descriptor is taken, also those that become free.
    static func cancelWithoutDescriptors(_ words: [String]) {
        MainQueueBridge.install()
        var limit = rlimit(rlim_cur: 200, rlim_max: 200)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        taskManager.runCommand(
            Command("sh", arguments: ["-c", "trap '' TERM; echo $$; while :; do sleep 1000; done"]),
            name: "command",
            options: .gracePeriod(.milliseconds(1)),
            onOutput: { line, context in try? context.sendEvent("pid", line.text) },
            whenDone: { task in
                Report.end(task)
                loop.quit()
            },
            whenEvent: { event in
                Report.line("pid", (try? event.value(as: String.self)) ?? "none")
                MainContext.default.addIdle {
                    while dup(2) >= 0 {}
                    return .continue
                }
                MainContext.default.addIdle {
                    taskManager.cancelAll()
                    return .remove
                }
            }
        )
        loop.run()
    }
}
