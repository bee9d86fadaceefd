import GLibMainLoop
import Glibc
import Synchronization
import Tasker

/// Tasks that all report progress, in turn.
final class ProgressLoad: Sendable {
    let proxy: TaskManagerProxy
    private let rate: Int
    private let contexts: Lock<[ExecutionContext]>
    private let isEnding = Atomic(false)
    private let reports = Atomic(0)

    /// Starts them; returns when all run.
    init(tasks: Int, rate: Int) {
        var configuration = TaskManagerConfiguration()
        configuration.maximumCoroutines = tasks
        proxy = TaskManagerProxy(configuration: configuration)
        self.rate = rate
        contexts = Lock([])
        for index in 0..<tasks {
            proxy.addCoroutine(name: "Task \(index)") { [self] context in
                try context.setTotal(1_000_000, unit: .items)
                contexts.withLock { $0.append(context) }
                // Until it is cancelled.
                try await Task.sleep(for: .seconds(1 << 30))
            }
        }
        MainContext.default.iterate(mayBlock: false)
        while contexts.withLock({ $0.count < tasks }) { MainContext.default.iterate(mayBlock: true) }
        let all = contexts.withLock { $0 }
        proxy.runThread(name: "Reporter", options: .hidden) { [self] _ in report(all) }
    }

    /// How many reports there have been.
    var count: Int {
        reports.load(ordering: .relaxed)
    }

    func end() {
        isEnding.store(true, ordering: .relaxed)
        proxy.cancelAll()
    }

    /// Round by round, each no sooner than it is due.
    private func report(_ contexts: [ExecutionContext]) {
        guard rate > 0 else { return }
        let (clock, interval) = (ContinuousClock(), Duration.seconds(1) / rate)
        var (due, done) = (clock.now, 0)
        while !isEnding.load(ordering: .relaxed) {
            done += 1
            for context in contexts { context.setProgress(done) }
            reports.add(contexts.count, ordering: .relaxed)
            due += interval
            // What it could not reach is not made up for.
            let now = clock.now
            due = max(due, now)
            usleep(UInt32((due - now) / .microseconds(1)))
        }
    }
}
