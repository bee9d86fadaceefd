import GLibMainLoop
import Tasker

extension Measure {
    static let start = Measure(
        name: "start",
        summary: "the longest gap of the main loop while 4 workers start for the first time"
    ) { settings in
        Comparison(
            runs: settings.runs,
            [
                .init(name: "nothing") { figures { _ in } },
                .init(name: "4 workers") {
                    var configuration = TaskManagerConfiguration()
                    configuration.maximumProcesses = 4
                    let proxy = TaskManagerProxy(configuration: configuration)
                    return figures { ended in
                        for _ in 0..<4 { proxy.runProcess(Nothing(), whenDone: { _ in ended() }) }
                    }
                },
            ]
        )
    }

    /// Counts how long the loop, which turns all the time, stays in one turn.
    ///
    /// - Parameter begin: Begins what calls its argument four times.
    @MainActor
    private static func figures(of begin: (_ ended: @escaping @MainActor () -> Void) -> Void) -> [Comparison.Figure] {
        let clock = ContinuousClock()
        var (ended, turns) = (0, 0)
        var longest = Duration.zero
        // The least time that is looked at, and all of it where nothing begins.
        let end = clock.now + .milliseconds(100)
        var last = clock.now
        let call = clock.measure { begin { ended += 1 } }
        last = clock.now
        while clock.now < end || (ended > 0 && ended < 4) {
            MainContext.default.iterate(mayBlock: false)
            let now = clock.now
            longest = max(longest, now - last)
            last = now
            turns += 1
        }
        return [
            .init(name: "longest turn, µs", value: longest / .microseconds(1)),
            .init(name: "the call, µs", value: call / .microseconds(1)),
        ]
    }
}
