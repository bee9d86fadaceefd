import CTaskerBenchmarks
import Foundation
import Synchronization
import Tasker

extension Measure {
    private static let count = 10_000_000

    static let progress = Measure(
        name: "progress",
        title: "A report of progress",
        summary: "a report of progress on a thread, while main publishes",
        scores: [
            .init(figure: "of an Int", unit: "ns", rival: "relaxed store", goal: .atMost(5)),
            .init(figure: "of a Double", unit: "ns", rival: "relaxed store", against: "of an Int", goal: .atMost(5)),
        ]
    ) { _ in
        let word = Word()
        // Each with a loop of its own, so that nothing but the report is called in it.
        return [
            .init("Tasker") {
                figures("of an Int") { context in
                    for step in 0..<count { context.setProgress(step) }
                }
                    + figures("of a Double") { context in
                        for step in 0..<count { context.setProgress(Double(step)) }
                    }
            },
            .init("relaxed store") {
                figures("of an Int") { _ in
                    for step in 0..<count {
                        word.bits.store(UInt64(step), ordering: .relaxed)
                        tasker_keep_stores()
                    }
                }
            },
            .init("Foundation’s Progress") {
                let few = count / 10
                return figures("of an Int", count: few) { _ in
                    let progress = Progress(totalUnitCount: Int64(few))
                    for step in 0..<few { progress.completedUnitCount = Int64(step) }
                }
            },
            .init("QPromise") { PeerProgram.qt.figures("progress", "\(count / 10)", name: "of an Int") },
        ]
    }

    private final class Word: Sendable {
        let bits = Atomic<UInt64>(0)
    }

    @MainActor
    private static func figures(
        _ name: String,
        count: Int = count,
        _ reports: @escaping @Sendable (ExecutionContext) -> Void
    ) -> [Contender.Figure] {
        let duration = onThread { context in
            try context.setTotal(count)
            return ContinuousClock().measure { reports(context) }
        }
        return [.init(name: name, value: duration / .nanoseconds(1) / Double(count))]
    }
}
