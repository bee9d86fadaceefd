import Dispatch
import GLibMainLoop
import Tasker

extension Measure {
    private static let count = 200_000

    static let frames = Measure(
        name: "frames",
        title: "Frames kept",
        summary: "ticks at 60 Hz that main keeps while \(count) functions on threads end and are seen on main",
        scores: [
            .init(figure: "kept", unit: "%", goal: .atLeast(95)),
            .init(figure: "longest gap", unit: "ms", goal: .atMost(25)),
            .init(figure: "all", unit: "ms"),
        ]
    ) { _ in
        [
            .init("Tasker") {
                let gate = DispatchSemaphore(value: 0)
                var configuration = TaskManagerConfiguration()
                configuration.maximumThreads = 2
                let proxy = TaskManagerProxy(configuration: configuration)
                // Nothing ends before all are there: to submit them takes main's time.
                for _ in 0..<2 { proxy.runThread { _ in gate.wait() } }
                var done = 0
                for _ in 0..<count { proxy.runThread({ _ in }, whenDone: { _ in done += 1 }) }
                return figures(until: { done == count }) {
                    for _ in 0..<2 { gate.signal() }
                }
            },
            .init("GTask") {
                var done = 0
                return withUnsafeMutablePointer(to: &done) { done in
                    for _ in 0..<count { GTasks.start(done) }
                    return figures(until: { done.pointee == count }) {}
                }
            },
            .init("QThreadPool") { PeerProgram.qt.figures("frames", "\(count)", name: "kept") },
        ]
    }

    @MainActor
    private static func figures(until isDone: () -> Bool, begin: () -> Void) -> [Contender.Figure] {
        var result = (kept: 0.0, longest: 0.0)
        let duration = ContinuousClock().measure {
            let ticks = Ticks()
            begin()
            MainContext.default.iterate(until: isDone)
            result = ticks.end()
        }
        return [
            .init(name: "kept", value: result.kept),
            .init(name: "longest gap", value: result.longest),
            .init(name: "all", value: duration / .milliseconds(1)),
        ]
    }
}
