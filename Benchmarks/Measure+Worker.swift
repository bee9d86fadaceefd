import CTaskerBenchmarks
import GLibMainLoop
import Tasker

/// What costs nothing itself.
struct Nothing: ProcessTask {
    func run(_ context: ExecutionContext) -> NoValue {
        NoValue()
    }
}

extension Measure {
    static let worker = Measure(
        name: "worker",
        summary: "nothing in a worker process that is there, from submit to seen on main, all on one core"
    ) { settings in
        let allowed = tasker_allowed_cores()
        tasker_use_cores(tasker_first_core(allowed))
        defer { tasker_use_cores(allowed) }
        var configuration = TaskManagerConfiguration()
        configuration.maximumProcesses = 1
        let proxy = TaskManagerProxy(configuration: configuration)
        // As many bytes as a task's frames have.
        let echo = Echo(question: 70, answer: 60)
        return Comparison(
            runs: settings.runs,
            [
                .init(name: "socketpair") { figures { for _ in 0..<$0 { echo.ask() } } },
                .init(name: "Tasker") { figures { runTasks($0, in: proxy) } },
                .init(name: "Tasker, 1 GiB resident") {
                    Ballast.gibibyte { figures { runTasks($0, in: proxy) } }
                },
            ]
        )
    }

    @MainActor
    private static func figures(of run: (_ count: Int) -> Void) -> [Comparison.Figure] {
        let count = 5000
        let duration = ContinuousClock().measure { run(count) }
        return [.init(name: "µs", value: duration / .microseconds(1) / Double(count))]
    }

    /// One after the other.
    @MainActor
    private static func runTasks(_ count: Int, in proxy: TaskManagerProxy) {
        for _ in 0..<count {
            var isDone = false
            proxy.runProcess(Nothing(), whenDone: { _ in isDone = true })
            MainContext.default.iterate { isDone }
        }
    }
}
