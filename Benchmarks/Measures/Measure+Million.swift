import BenchmarkSupport
import GLibMainLoop
import Tasker

extension Measure {
    private static let batch = 100_000
    private static let batches = 10

    static let million = Measure(
        name: "million",
        title: "A million tasks in ten batches",
        summary: "\(batches) × \(batch) functions on threads, one batch after the other through one manager",
        scores: [
            .init(figure: time, unit: "µs a task in the last batch", rival: "the second batch", goal: .ratio(1.25)),
            .init(figure: "heap", unit: "bytes a task since the second batch", goal: .atMost(0.5)),
        ]
    ) { _ in
        let run = MillionRun()
        return [
            .init("Tasker") { run.start() },
            .init("the second batch") { run.second.map { [.init(name: time, value: $0)] } },
        ]
    }

    /// The two that are compared are of one run.
    @MainActor
    private final class MillionRun {
        var second: Double?

        func start() -> [Contender.Figure] {
            let proxy = TaskManagerProxy()
            var (times, heaps) = ([Double](), [Int]())
            for _ in 0..<batches {
                times += figures(each: batch) { runNothing(batch, on: proxy) }.map(\.value)
                heaps.append(Memory.current.heap)
            }
            second = times[1]
            let growth = Double(heaps[batches - 1] - heaps[1]) / Double(batch * (batches - 2))
            return [.init(name: time, value: times[batches - 1]), .init(name: "heap", value: growth)]
        }
    }
}
