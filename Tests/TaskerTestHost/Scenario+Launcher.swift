import GLibMainLoop
import Glibc
import Tasker
import TestSupport

extension Scenario {
    /// Workers that are started by another program, or run another one, by the first word.
    static func launched(_ words: [String]) {
        var configuration = TaskManagerConfiguration()
        let own = CommandLine.arguments[0]
        switch words.first {
        case "relayed": configuration.workerLauncher = .command(prefix: [own, "relay", "lines"])
        case "cutShort": configuration.workerLauncher = .command(prefix: [own, "relay", words[1]])
        case "missing": configuration.workerLauncher = .command(prefix: ["no-such-launcher", "--fast"])
        case "other": configuration.workerExecutable = words[1]
        default: exit(EX_USAGE)
        }
        MainQueueBridge.install()
        let proxy = TaskManagerProxy(configuration: configuration)
        Task { @MainActor in
            await run(proxy, cancels: words.first == "relayed")
            await proxy.shutdown()
            Report.line("left", "\(ProcessTable.descendants(of: getpid()).count)")
            loop.quit()
        }
        loop.run()
    }

    private static func run(_ proxy: TaskManagerProxy, cancels: Bool) async {
        let sum = proxy.runProcess(Sum(count: 3), name: "sum") { _ in
        } whenEvent: { event in
            Report.line("event", "\((try? event.value(as: Int.self)) ?? -1)")
        }
        _ = try? await sum.value
        Report.end(sum)
        guard cancels else { return }
        let crash = proxy.runProcess(Crashing(way: .kill), name: "crash")
        _ = try? await crash.value
        Report.end(crash)
        let endless = proxy.runProcess(Endless(ignoresTerm: true), options: .gracePeriod(.milliseconds(10))) { _ in
        } whenEvent: { _ in
            proxy.cancelAll()
        }
        _ = try? await endless.value
        Report.line("endless", endless.state.rawValue)
    }
}
