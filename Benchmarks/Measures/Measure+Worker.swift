import GLibMainLoop
import Tasker

/// What costs nothing itself.
struct Nothing: ProcessTask {
    func run(_ context: ExecutionContext) -> NoValue {
        NoValue()
    }
}

extension Measure {
    private static let count = 5000

    static let worker = Measure(
        name: "worker",
        title: "A no-op in a worker process",
        summary: "nothing in a worker process that is there, from submit to seen on main, all on one core",
        scores: [
            .init(figure: time, unit: "µs", rival: "socketpair", goal: .ratio(3)),
            .init(figure: "1 GiB resident", unit: "µs", rival: "socketpair", against: time, goal: .ratio(3)),
        ]
    ) { _ in
        var configuration = TaskManagerConfiguration()
        configuration.maximumProcesses = 1
        let proxy = TaskManagerProxy(configuration: configuration)
        // As many bytes as a task's frames have.
        let echo = Cores.onOne { Echo(question: 70, answer: 60) }
        return [
            .init("Tasker") {
                Cores.onOne {
                    let plain = figures(each: count) { runTasks(in: proxy) }
                    return plain + Ballast.gibibyte { figures("1 GiB resident", each: count) { runTasks(in: proxy) } }
                }
            },
            .init("socketpair") { Cores.onOne { figures(each: count) { for _ in 0..<count { echo.ask() } } } },
            .init("multiprocessing.Pool") { Cores.onOne { PeerProgram.python.figures("worker", "\(count)") } },
        ]
    }

    /// One after the other.
    @MainActor
    private static func runTasks(in proxy: TaskManagerProxy) {
        for _ in 0..<count {
            var isDone = false
            proxy.runProcess(Nothing(), whenDone: { _ in isDone = true })
            MainContext.default.iterate { isDone }
        }
    }
}
