import GLibMainLoop
import Tasker

extension Measure {
    private static let count = 100_000

    static let coroutine = Measure(
        name: "coroutine",
        title: "A coroutine",
        summary: "\(count) async functions that do nothing, from submit to seen on main",
        scores: [.init(figure: time, unit: "µs a task", rival: "Task.detached + MainActor.run", goal: .ratio(1))]
    ) { _ in
        // Swift's main actor runs in the loop of GLib.
        MainQueueBridge.install()
        return [
            .init("Tasker") { figures(each: count, runTasks) },
            .init("Task.detached + MainActor.run") { figures(each: count, runBareTasks) },
            .init("asyncio") { PeerProgram.python.figures("coroutine", "\(count)") },
        ]
    }

    @MainActor
    private static func runTasks() {
        let proxy = TaskManagerProxy()
        var done = 0
        for _ in 0..<count { proxy.addCoroutine({ _ in }, whenDone: { _ in done += 1 }) }
        MainContext.default.iterate { done == count }
    }

    @MainActor
    private final class Counter {
        var done = 0
    }

    @MainActor
    private static func runBareTasks() {
        let counter = Counter()
        for _ in 0..<count {
            Task.detached { await MainActor.run { counter.done += 1 } }
        }
        MainContext.default.iterate { counter.done == count }
    }
}
