import GLibMainLoop
import Glibc
import Tasker
import TestSupport

extension Scenario {
    /// What tasks may use of the machine, by the first word.
    static func limits(_ words: [String]) {
        MainQueueBridge.install()
        let proxy = TaskManagerProxy()
        Task { @MainActor in
            switch words.first {
            case "process": await strain(proxy)
            case "command": await strainCommands(proxy)
            case "hurry": await hurry(proxy)
            case "refused": await refuse(proxy)
            default: exit(EX_USAGE)
            }
            await proxy.shutdown()
            Report.line("left", "\(ProcessTable.descendants(of: getpid()).count)")
            loop.quit()
        }
        loop.run()
    }

    private static func strain(_ proxy: TaskManagerProxy) async {
        await end(of: proxy.runProcess(Straining(resource: .nothing), name: "before"))
        let limits: [(Straining.Resource, ProcessLimits)] = [
            (.memory, ProcessLimits(memory: 200_000_000)),
            (.processor, ProcessLimits(processorTime: .milliseconds(200))),
            (.descriptors, ProcessLimits(openFiles: 40)),
            (.processes, ProcessLimits(memory: 200_000_000)),
            (.patience, ProcessLimits(niceness: niceness + 3, outOfMemoryScore: 900)),
        ]
        for (resource, limits) in limits {
            let work = Straining(resource: resource)
            await end(of: proxy.runProcess(work, name: resource.rawValue, options: .limits(limits)))
        }
        await end(of: proxy.runProcess(Straining(resource: .nothing), name: "after"))
    }

    private static func strainCommands(_ proxy: TaskManagerProxy) async {
        let hog = Command("sh", arguments: ["-c", "dd if=/dev/zero of=/dev/null bs=300M; :"])
        await end(of: proxy.runCommand(hog, name: "memory", options: .limits(ProcessLimits(memory: 200_000_000))))
        let spin = Command("sh", arguments: ["-c", "while :; do :; done"])
        let time = ProcessLimits(processorTime: .milliseconds(200))
        await end(of: proxy.runCommand(spin, name: "processor", options: .limits(time)))
        // It reads nothing before it has its limits.
        let tell = Command(
            "sh",
            arguments: ["-c", "read line; ulimit -n; nice; cat /proc/self/oom_score_adj"],
            standardInput: .text("go\n")
        )
        let limits = ProcessLimits(niceness: niceness + 3, openFiles: 40, outOfMemoryScore: 900)
        let task = proxy.runCommand(tell, options: .limits(limits))
        Report.line("told", (try? await task.value)?.standardOutput ?? "nothing")
    }

    /// This program's own.
    private static var niceness: Int {
        Int(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
    }

    /// Commands that may have ended before they have their limits.
    private static func hurry(_ proxy: TaskManagerProxy) async {
        let limits = ProcessLimits(niceness: niceness + 3, memory: 1 << 30, openFiles: 40, outOfMemoryScore: 900)
        for _ in 0..<50 {
            let task = proxy.runCommand(Command("true"), options: .limits(limits))
            _ = try? await task.value
            Report.line("state", task.state.rawValue)
        }
    }

    private static func refuse(_ proxy: TaskManagerProxy) async {
        // More than the system gives anybody.
        let limits = ProcessLimits(openFiles: .max)
        let command = Command("sleep", arguments: ["1000"])
        await end(of: proxy.runCommand(command, name: "command", options: .limits(limits)))
        await end(of: proxy.runProcess(Identity(), name: "process", options: .limits(limits)))
        Report.line("alive", "\(((try? await proxy.runProcess(Identity()).value) ?? 0) > 0)")
    }

    private static func end<Success>(of task: TaskHandle<Success>) async {
        _ = try? await task.value
        Report.end(task)
    }
}
