import Dispatch
import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// Commands and workers while coroutines keep every one of Swift's threads: run, cancelled, many, and shut down.
    static func busy(_ words: [String]) {
        let gate = DispatchSemaphore(value: 0)
        let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        var begun = 0
        let began: @MainActor @Sendable (TaskMessage) -> Void = { _ in
            begun += 1
            if begun == cores { runChildren { gate.signal() } }
        }
        for _ in 0..<cores {
            taskManager.addCoroutine(
                { context in
                    try await context.sendEvent("began")
                    hold(gate)
                },
                whenEvent: began
            )
        }
        loop.run()
    }

    // A function of its own, because an async one may not wait for a semaphore: which is the point here.
    nonisolated private static func hold(_ gate: DispatchSemaphore) {
        gate.wait()
        gate.signal()
    }

    private static func runChildren(_ release: @escaping @MainActor @Sendable () -> Void) {
        let children = TaskManagerProxy()
        var left = 3
        func ended() {
            left -= 1
            if left == 0 { runMany(children, release) }
        }
        children.runCommand(
            Command("true"),
            name: "run",
            whenDone: {
                Report.line("done", "\($0.name) \($0.state.rawValue)")
                ended()
            }
        )
        children.runCommand(Command("sh", arguments: ["-c", "echo; exec sleep 1000"]), name: "command") { _, context in
            children.cancelTask(id: context.taskID)
        } whenDone: { task in
            Report.line("done", "\(task.name) \(task.state.rawValue)")
            ended()
        }
        let id = Box<TaskID>()
        id.value =
            children.runProcess(
                Endless(ignoresTerm: true),
                name: "worker",
                options: TaskOptions(gracePeriod: .milliseconds(1)),
                whenDone: {
                    Report.line("done", "\($0.name) \($0.state.rawValue)")
                    ended()
                },
                whenEvent: { _ in id.value.map { _ = children.cancelTask(id: $0) } }
            ).id
    }

    /// More commands than there are descriptors, of which ended ones keep one until Swift's threads are free.
    private static func runMany(_ children: TaskManagerProxy, _ release: @escaping @MainActor @Sendable () -> Void) {
        // With room for what swift-subprocess leaves open, and the children that run; whatever the test has left open.
        let most = rlim_t(Holdings.current.descriptors.values.reduce(170, +))
        var limit = rlimit(rlim_cur: most, rlim_max: most)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let many = 250
        var (done, failed, doneBefore) = (0, 0, 0)
        // The threads are free when nothing ends any more, because as much has ended as may. Where the machine pauses it is
        // sooner, and then this tests less.
        MainContext.default.addTimeout(every: .seconds(1)) {
            MainActor.assumeIsolated {
                defer { doneBefore = done }
                guard done == doneBefore else { return .continue }
                release()
                return .remove
            }
        }
        for _ in 0..<many {
            children.runCommand(
                Command("true"),
                whenDone: { task in
                    done += 1
                    if task.state != .completed { failed += 1 }
                    if failed == 1, let error = task.error { Report.line("error", "\(error)") }
                    guard done == many else { return }
                    Report.line("failed", "\(failed)")
                    Task {
                        await children.shutdown()
                        Report.line("shut")
                        loop.quit()
                    }
                }
            )
        }
    }

    private final class Box<Value> {
        var value: Value?
    }
}
