import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// Shuts down, twice at once, with a worker and a command that run until a gate is opened, and others that wait.
    static func shutdownFinishing(_ words: [String]) {
        guard let gate = words.first, mkfifo(gate, 0o600) == 0 else { return }
        // Both ends, so that nobody waits for the other one.
        let opener = open(gate, O_RDWR | O_CLOEXEC)
        var configuration = TaskManagerConfiguration()
        (configuration.maximumProcesses, configuration.maximumCommands) = (1, 1)
        let proxy = TaskManagerProxy(configuration: configuration)
        var begun = 0
        func began(_ event: TaskMessage) {
            begun += 1
            guard begun == 2 else { return }
            for _ in 0..<2 {
                Task {
                    await proxy.shutdown(waitingFor: .seconds(1000))
                    Report.line("end", "shut down")
                    if !proxy.isRunning { leave() }
                }
            }
            MainContext.default.addIdle {
                guard !proxy.isRunning else { return .continue }
                proxy.runProcess(Sum(count: 1), name: "late", whenDone: tell)
                proxy.runCommand(Command("true"), name: "late", whenDone: tell)
                _ = write(opener, "\n\n", 2)
                return .remove
            }
        }
        var left = 2
        func leave() {
            left -= 1
            if left == 0 { loop.quit() }
        }
        let read = Command("sh", arguments: ["-c", "echo; read line < \(gate)"])
        proxy.runProcess(Gated(path: gate), name: "running", whenDone: tell, whenEvent: began)
        proxy.runCommand(
            read,
            name: "running",
            onOutput: { _, context in try? context.sendEvent("begun") },
            whenDone: tell,
            whenEvent: began
        )
        proxy.runProcess(Gated(path: gate), name: "waiting", whenDone: tell)
        proxy.runCommand(read, name: "waiting", whenDone: tell)
        loop.run()
    }

    private static func tell<Success>(_ task: TaskHandle<Success>) {
        let why = (task.error as? TaskerError)?.code.description ?? task.cancelReason?.rawValue ?? "none"
        Report.line("end", "\(task.kind) \(task.name) \(task.state.rawValue) \(why)")
    }

    /// Shuts down at once with a worker and a command that end by nothing but KILL.
    static func shutdownKilling(_ words: [String]) {
        var configuration = TaskManagerConfiguration()
        configuration.gracePeriod = .milliseconds(50)
        let proxy = TaskManagerProxy(configuration: configuration)
        var told = 0
        func began(_ pid: String) {
            Report.line("pid", pid)
            told += 1
            guard told == 3 else { return }
            Task {
                await proxy.shutdown(waitingFor: .zero)
                Report.line("end", "shut down")
                loop.quit()
            }
        }
        proxy.runProcess(Endless(ignoresTerm: true), name: "running", whenDone: tell) { event in
            began((try? event.value(as: Int.self)).map(String.init) ?? "none")
        }
        proxy.runCommand(
            Command("sh", arguments: ["-c", "trap '' TERM; sleep 1000 & echo $!; echo $$; wait"]),
            name: "running",
            onOutput: { line, context in try? context.sendEvent("pid", line.text) },
            whenDone: tell,
            whenEvent: { event in began((try? event.value(as: String.self)) ?? "none") }
        )
        loop.run()
    }

    /// Shuts down while a thread submits workers and commands.
    static func shutdownSubmitting(_ words: [String]) {
        let proxy = TaskManagerProxy()
        let ends = Ends(proxy)
        taskManager.runThread(
            { _ in
                for number in 0..<100 {
                    proxy.runProcess(Sum(count: 1), whenDone: { ends.add(2 * number, $0.state) })
                    proxy.runCommand(Command("true"), whenDone: { ends.add(2 * number + 1, $0.state) })
                    // Until some have ended, so that the shutdown comes in the middle.
                    if number == 10 { while proxy.isRunning { sched_yield() } }
                }
            },
            whenDone: { _ in
                Task {
                    try? await proxy.waitUntilIdle()
                    ends.shutDown()
                }
            }
        )
        loop.run()
    }

    /// Reports ends; shuts down at the third, and quits the loop when the second shutdown has returned.
    @MainActor
    private final class Ends {
        private let proxy: TaskManagerProxy
        private var count = 0
        private var shutdownCount = 0

        init(_ proxy: TaskManagerProxy) {
            self.proxy = proxy
        }

        func add(_ number: Int, _ state: TaskState) {
            Report.line("end", "\(number) \(state.rawValue)")
            count += 1
            if count == 3 { shutDown() }
        }

        func shutDown() {
            Task {
                await proxy.shutdown()
                Report.line("shut")
                shutdownCount += 1
                if shutdownCount == 2 { loop.quit() }
            }
        }
    }
}
