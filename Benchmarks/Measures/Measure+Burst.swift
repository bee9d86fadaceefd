import GLibMainLoop
import Tasker

extension Measure {
    private static let sizes = [1, 100, 10_000, 100_000]

    static let burst = Measure(
        name: "burst",
        title: "Bursts of functions on threads",
        summary: "bursts of functions that do nothing on threads, from the first submit to all seen on main",
        scores: sizes.map { size in
            .init(
                figure: "\(size)",
                unit: "µs a task",
                rival: size == sizes.last ? "a tenth of it" : "GTask",
                goal: size == sizes.last ? .ratio(1.25) : size == 1 ? nil : .ratio(0.5)
            )
        }
    ) { _ in
        let proxy = TaskManagerProxy()
        return [
            .init("Tasker") { sizes.flatMap { run("\($0)", of: $0) { runNothing($0, on: proxy) } } },
            .init("GTask") { sizes.flatMap { run("\($0)", of: $0, GTasks.run) } },
            .init("a tenth of it") { run("100000", of: 10_000) { runNothing($0, on: proxy) } },
        ]
    }

    /// As many bursts as give something to measure.
    @MainActor
    private static func run(_ name: String, of size: Int, _ burst: (Int) -> Void) -> [Contender.Figure] {
        let bursts = max(1, 20_000 / size)
        return figures(name, each: bursts * size) { for _ in 0..<bursts { burst(size) } }
    }
}
