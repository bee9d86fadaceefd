import GLibMainLoop
import Glibc
import Synchronization
import Tasker

extension Measure {
    private static let count = 200

    static let reporters = Measure(
        name: "reporters",
        title: "\(count) threads that report",
        summary: "a second in which \(count) threads report progress as fast as they can",
        scores: [
            .init(figure: "reports", unit: "million a second"),
            .init(figure: "main’s share of a core", unit: "%"),
            .init(figure: "main’s wake-ups", unit: "a second", goal: .atMost(200)),
            .init(figure: "ticks kept", unit: "%"),
        ]
    ) { _ in
        [.init("Tasker", run)]
    }

    private final class Load: Sendable {
        let hasEnded = Atomic(false)
        let reports = Atomic(0)
    }

    @MainActor
    private static func run() -> [Contender.Figure] {
        var configuration = TaskManagerConfiguration()
        configuration.maximumThreads = count
        let (proxy, load) = (TaskManagerProxy(configuration: configuration), Load())
        proxy.tasksUpdated.connect { _, _ in }
        var done = 0
        for _ in 0..<count {
            proxy.runThread { context in
                var step = 0
                try context.setTotal(1_000_000_000)
                while !load.hasEnded.load(ordering: .relaxed) {
                    for _ in 0..<1000 {
                        step += 1
                        context.setProgress(step)
                    }
                }
                load.reports.add(step, ordering: .relaxed)
            } whenDone: { _ in
                done += 1
            }
        }
        var isOver = false
        let timer = MainContext.default.addTimeout(every: .seconds(1)) {
            MainActor.assumeIsolated { isOver = true }
            return .remove
        }
        let (time, waits, ticks) = (ThreadUse.time, ThreadUse.switches(of: getpid()).waits, Ticks())
        let duration = ContinuousClock().measure { MainContext.default.iterate { isOver } }
        let kept = ticks.end().kept
        let share = (ThreadUse.time - time) / duration
        let wakeUps = ThreadUse.switches(of: getpid()).waits - waits
        load.hasEnded.store(true, ordering: .relaxed)
        MainContext.default.iterate { done == count }
        timer.remove()
        let seconds = duration / .seconds(1)
        return [
            .init(name: "reports", value: Double(load.reports.load(ordering: .relaxed)) / 1e6 / seconds),
            .init(name: "main’s share of a core", value: 100 * share),
            .init(name: "main’s wake-ups", value: Double(wakeUps) / seconds),
            .init(name: "ticks kept", value: kept),
        ]
    }
}
