import GLibMainLoop
import Tasker

extension Measure {
    static let idle = Measure(
        name: "idle",
        title: "Wake-ups of an idle manager",
        summary: "what a manager does that has run something and has nothing to do",
        scores: [.init(figure: "wake-ups", unit: "a minute", goal: .atMost(0))]
    ) { _ in
        let proxy = TaskManagerProxy()
        return [
            .init("Tasker") {
                runNothing(1, on: proxy)
                // What still follows on that.
                settle(.milliseconds(500))
                let (before, seconds) = (threadSwitches, 2)
                let turns = settle(.seconds(seconds))
                let wakeUps = threadSwitches - before + turns
                return [.init(name: "wake-ups", value: Double(wakeUps * 60 / seconds))]
            }
        ]
    }

    /// Waits in the main loop.
    ///
    /// - Returns: How often something else than the end of the time was dispatched.
    @MainActor
    @discardableResult
    private static func settle(_ duration: Duration) -> Int {
        var (isOver, turns) = (false, 0)
        let timer = MainContext.default.addTimeout(every: duration) {
            MainActor.assumeIsolated { isOver = true }
            return .remove
        }
        while !isOver {
            MainContext.default.iterate(mayBlock: true)
            turns += 1
        }
        timer.remove()
        return turns - 1
    }

    /// How often the other threads of the process have run.
    private static var threadSwitches: Int {
        ThreadUse.others.map(ThreadUse.switches).reduce(0) { $0 + $1.waits + $1.turns }
    }
}
