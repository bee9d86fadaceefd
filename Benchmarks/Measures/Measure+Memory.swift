import BenchmarkSupport
import Dispatch
import GLibMainLoop
import Tasker

extension Measure {
    private static let count = 50_000

    static let memory = Measure(
        name: "memory",
        title: "The memory of a task",
        summary: "bytes of the heap for each of \(count) tasks",
        scores: [
            .init(figure: "pending", unit: "bytes", goal: .atMost(600)),
            .init(figure: "running", unit: "bytes"),
            .init(figure: "finished", unit: "bytes"),
        ]
    ) { _ in
        // Nothing beside it: GLib keeps the room of a round for the next, which then takes none.
        [.init("Tasker") { pendingFigures() + runningFigures() + finishedFigures() }]
    }

    private static func figures(_ name: String, of make: () -> Void) -> [Contender.Figure] {
        let before = Memory.current.heap
        make()
        return [.init(name: name, value: Double(Memory.current.heap - before) / Double(count))]
    }

    /// Functions on a thread that is held.
    @MainActor
    private static func pendingFigures() -> [Contender.Figure] {
        var configuration = TaskManagerConfiguration()
        configuration.maximumThreads = 1
        let (proxy, gate) = (TaskManagerProxy(configuration: configuration), DispatchSemaphore(value: 0))
        proxy.runThread { _ in gate.wait() }
        MainContext.default.iterate { proxy.tasks.first?.state == .running }
        let result = figures("pending") {
            for _ in 0..<count { proxy.runThread { _ in } }
            MainContext.default.iterate { proxy.tasks.count == count + 1 }
        }
        gate.signal()
        MainContext.default.iterate { proxy.overallProgress == 1 }
        return result
    }

    /// Coroutines that wait for something.
    @MainActor
    private static func runningFigures() -> [Contender.Figure] {
        var configuration = TaskManagerConfiguration()
        configuration.maximumCoroutines = count
        let proxy = TaskManagerProxy(configuration: configuration)
        let result = figures("running") {
            for _ in 0..<count { proxy.addCoroutine { _ in try await Task.sleep(for: .seconds(1000)) } }
            MainContext.default.iterate { proxy.tasks.count { $0.state == .running } == count }
        }
        proxy.cancelAll()
        MainContext.default.iterate { proxy.overallProgress == 1 }
        return result
    }

    @MainActor
    private static func finishedFigures() -> [Contender.Figure] {
        var configuration = TaskManagerConfiguration()
        configuration.finishedTaskLimit = .max
        let proxy = TaskManagerProxy(configuration: configuration)
        return figures("finished") {
            for _ in 0..<count { proxy.runThread { _ in } }
            MainContext.default.iterate { proxy.tasks.count == count && proxy.overallProgress == 1 }
        }
    }
}
