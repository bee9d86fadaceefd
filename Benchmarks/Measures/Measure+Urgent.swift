import CTaskerGLib
import Dispatch
import GLibMainLoop
import Tasker

extension Measure {
    static let urgent = Measure(
        name: "urgent",
        title: "Among 50,000 waiting tasks",
        summary: "submitting what is urgent, and cancelling something, where 50,000 tasks wait",
        scores: [
            .init(figure: "submit", unit: "µs", rival: "where 1,000 wait", goal: .atMost(2)),
            .init(figure: "cancel", unit: "µs", rival: "where 1,000 wait", goal: .atMost(2)),
        ]
    ) { seed in
        [
            .init("Tasker") { UrgentRun(waiting: 50_000, seed: seed).run() },
            .init("where 1,000 wait") { UrgentRun(waiting: 1000, seed: seed).run() },
            .init("GTask") { runGTasks(waiting: 50_000) },
        ]
    }

    /// They all block, so that none of GLib's threads gets any further.
    @MainActor
    private static func runGTasks(waiting: Int) -> [Contender.Figure] {
        let (gate, urgent) = (DispatchSemaphore(value: 0), 100)
        var done = 0
        return withUnsafeMutablePointer(to: &done) { done in
            for _ in 0..<waiting { GTasks.startBlocking(gate, done) }
            let result = figures("submit", each: urgent) {
                for _ in 0..<urgent { GTasks.start(done, priority: G_PRIORITY_HIGH) }
            }
            for _ in 0..<waiting { gate.signal() }
            MainContext.default.iterate { done.pointee == waiting + urgent }
            return result
        }
    }
}

/// A manager whose one thread is held.
@MainActor
private final class UrgentRun {
    private let proxy: TaskManagerProxy
    private let gate = DispatchSemaphore(value: 0)
    private var ids: [TaskID] = []

    init(waiting: Int, seed: UInt64) {
        var configuration = TaskManagerConfiguration()
        configuration.maximumThreads = 1
        proxy = TaskManagerProxy(configuration: configuration)
        proxy.runThread { [gate] _ in gate.wait() }
        for _ in 0..<waiting { ids.append(proxy.runThread { _ in }.id) }
        MainContext.default.iterate { proxy.tasks.count == waiting + 1 }
        var generator = SeededGenerator(seed: seed)
        ids.shuffle(using: &generator)
    }

    func run() -> [Contender.Figure] {
        let few = 1000
        var urgent: [TaskID] = []
        urgent.reserveCapacity(few)
        let submit = Measure.figures("submit", each: few) {
            for _ in 0..<few { urgent.append(proxy.runThread(priority: .high) { _ in }.id) }
        }
        let cancel = Measure.figures("cancel", each: few) {
            for id in ids.prefix(few) { proxy.cancelTask(id: id) }
        }
        proxy.cancelAll()
        gate.signal()
        MainContext.default.iterate { proxy.overallProgress == 1 }
        return submit + cancel
    }
}
