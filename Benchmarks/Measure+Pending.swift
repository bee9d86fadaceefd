import BenchmarkSupport
import Dispatch
import GLibMainLoop
import Tasker

extension Measure {
    static let pending = Measure(
        name: "pending",
        summary: "tasks of random priorities that wait for the one thread: what few and many cost a task"
    ) { settings in
        print("  seed \(settings.seed)")
        return Comparison(
            runs: settings.runs,
            [10_000, 1_000_000].map { count in
                .init(name: "\(count)") { PendingRun(count: count, seed: settings.seed).run() }
            }
        )
    }
}

/// A manager whose one thread is held while tasks are submitted and cancelled.
@MainActor
private final class PendingRun {
    private let proxy: TaskManagerProxy
    private let gate = DispatchSemaphore(value: 0)
    private var ids: [TaskID]
    private var generator: SeededGenerator
    private var figures: [Comparison.Figure] = []

    init(count: Int, seed: UInt64) {
        var configuration = TaskManagerConfiguration()
        configuration.maximumThreads = 1
        proxy = TaskManagerProxy(configuration: configuration)
        let holder = proxy.runThread { [gate] _ in gate.wait() }
        // Filled, so that neither its room nor its pages count as the tasks'.
        ids = Array(repeating: holder.id, count: count)
        generator = SeededGenerator(seed: seed)
        MainContext.default.iterate { proxy.tasks[id: holder.id]?.state == .running }
    }

    func run() -> [Comparison.Figure] {
        let before = Memory.current
        time("submit") { ids[$0] = proxy.runThread(priority: randomPriority()) { _ in }.id }
        MainContext.default.iterate { proxy.tasks.count == ids.count + 1 }
        let after = Memory.current
        add("heap, bytes a task", Double(after.heap - before.heap))
        add("resident, bytes a task", Double(after.resident - before.resident))
        ids.shuffle(using: &generator)
        time("reprioritise") { proxy.setPriority(randomPriority(), id: ids[$0]) }
        time("cancel") { proxy.cancelTask(id: ids[$0]) }
        gate.signal()
        MainContext.default.iterate { proxy.overallProgress == 1 }
        return figures
    }

    private func time(_ name: String, _ operation: (Int) -> Void) {
        let duration = ContinuousClock().measure {
            for index in ids.indices { operation(index) }
        }
        add("\(name), µs a task", duration / .microseconds(1))
    }

    private func add(_ name: String, _ sum: Double) {
        figures.append(.init(name: name, value: sum / Double(ids.count)))
    }

    private func randomPriority() -> SchedulingPriority {
        SchedulingPriority(rawValue: .random(in: -1000...1000, using: &generator))
    }
}
