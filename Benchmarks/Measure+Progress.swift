import CTaskerBenchmarks
import Synchronization
import Tasker

extension Measure {
    private static let count = 10_000_000

    static let progress = Measure(
        name: "progress",
        summary: "a report of progress on a thread, while main publishes"
    ) { settings in
        let word = Word()
        // Each with a loop of its own, so that nothing but the report is called in it.
        return Comparison(
            runs: settings.runs,
            [
                .init(name: "relaxed store") {
                    figures { _ in
                        for step in 0..<count {
                            word.bits.store(UInt64(step), ordering: .relaxed)
                            tasker_keep_stores()
                        }
                    }
                },
                .init(name: "of a Double") {
                    figures { context in
                        for step in 0..<count { context.setProgress(Double(step)) }
                    }
                },
                .init(name: "of an Int") {
                    figures { context in
                        for step in 0..<count { context.setProgress(step) }
                    }
                },
            ]
        )
    }

    private final class Word: Sendable {
        let bits = Atomic<UInt64>(0)
    }

    @MainActor
    private static func figures(of reports: @escaping @Sendable (ExecutionContext) -> Void) -> [Comparison.Figure] {
        let duration = onThread { context in
            try context.setTotal(count)
            return ContinuousClock().measure { reports(context) }
        }
        return [.init(name: "ns a report", value: duration / .nanoseconds(1) / Double(count))]
    }
}
