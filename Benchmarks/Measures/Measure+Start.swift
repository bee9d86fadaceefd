import GLibMainLoop
import Tasker

extension Measure {
    static let start = Measure(
        name: "start",
        title: "The start of workers",
        summary: "the main loop while 4 workers start for the first time",
        scores: [
            .init(figure: "longest turn", unit: "µs", rival: "nothing"),
            .init(figure: "the call", unit: "µs"),
        ]
    ) { _ in
        [
            .init("Tasker") {
                var configuration = TaskManagerConfiguration()
                configuration.maximumProcesses = 4
                let proxy = TaskManagerProxy(configuration: configuration)
                return turns { ended in
                    for _ in 0..<4 { proxy.runProcess(Nothing(), whenDone: { _ in ended() }) }
                }
            },
            .init("nothing") { turns { _ in } },
        ]
    }

    /// Counts how long the loop, which turns all the time, stays in one turn.
    ///
    /// - Parameter begin: Begins what calls its argument four times.
    @MainActor
    private static func turns(of begin: (_ ended: @escaping @MainActor () -> Void) -> Void) -> [Contender.Figure] {
        let clock = ContinuousClock()
        var ended = 0
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
        }
        return [
            .init(name: "longest turn", value: longest / .microseconds(1)),
            .init(name: "the call", value: call / .microseconds(1)),
        ]
    }
}
