import BenchmarkSupport
import Dispatch
import GLibMainLoop
import Tasker

extension Measure {
    private static let few = "10,000 of them"

    static let pending = Measure(
        name: "pending",
        title: "A million waiting tasks",
        summary: "1,000,000 tasks of random priorities that wait for the one thread",
        scores: [
            .init(figure: "submit", unit: "µs a task", rival: few, goal: .ratio(2)),
            .init(figure: "reprioritise", unit: "µs a task", rival: few, goal: .ratio(2)),
            .init(figure: "cancel", unit: "µs a task", rival: few, goal: .ratio(2)),
            .init(figure: "heap", unit: "bytes a task", rival: few, goal: .atMost(600)),
            .init(figure: "resident", unit: "bytes a task", rival: few),
        ]
    ) { seed in
        [
            .init("Tasker") { PendingRun(count: 1_000_000, seed: seed).run() },
            .init(few) { PendingRun(count: 10_000, seed: seed).run() },
        ]
    }
}

/// A manager whose one thread is held while tasks are submitted and cancelled.
@MainActor
private final class PendingRun {
    private let proxy: TaskManagerProxy
    private let gate = DispatchSemaphore(value: 0)
    private var ids: [TaskID]
    private var generator: SeededGenerator
    private var figures: [Contender.Figure] = []

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

    func run() -> [Contender.Figure] {
        let before = Memory.current
        time("submit") { ids[$0] = proxy.runThread(priority: randomPriority()) { _ in }.id }
        MainContext.default.iterate { proxy.tasks.count == ids.count + 1 }
        let after = Memory.current
        add("heap", Double(after.heap - before.heap))
        add("resident", Double(after.resident - before.resident))
        ids.shuffle(using: &generator)
        time("reprioritise") { proxy.setPriority(randomPriority(), id: ids[$0]) }
        time("cancel") { proxy.cancelTask(id: ids[$0]) }
        gate.signal()
        MainContext.default.iterate { proxy.overallProgress == 1 }
        return figures
    }

    private func time(_ name: String, _ operation: (Int) -> Void) {
        figures += Measure.figures(name, each: ids.count) {
            for index in ids.indices { operation(index) }
        }
    }

    private func add(_ name: String, _ sum: Double) {
        figures.append(.init(name: name, value: sum / Double(ids.count)))
    }

    private func randomPriority() -> SchedulingPriority {
        SchedulingPriority(rawValue: .random(in: -1000...1000, using: &generator))
    }
}
