import Foundation
import GLibMainLoop
import Tasker

extension Measure {
    private static let count = 96_000

    static let submitters = Measure(
        name: "submitters",
        title: "Submitting from several threads",
        summary: "\(count) functions that do nothing on threads, submitted by several threads at once",
        scores: [1, 2, 8].map { .init(figure: "\($0) threads", unit: "µs a task", rival: "GTask", goal: .ratio(0.5)) }
    ) { _ in
        [
            .init("Tasker") {
                [1, 2, 8].flatMap { threads in
                    let (proxy, done) = (TaskManagerProxy(), MainCount())
                    return run(threads, until: { done.value == count }) {
                        proxy.runThread({ _ in }, whenDone: { _ in done.value += 1 })
                    }
                }
            },
            .init("GTask") {
                [1, 2, 8].flatMap { threads in
                    let done = UnsafeMutablePointer<Int>.allocate(capacity: 1)
                    defer { done.deallocate() }
                    done.initialize(to: 0)
                    // Counted on the main thread.
                    nonisolated(unsafe) let counter = done
                    return run(threads, until: { done.pointee == count }) { GTasks.start(counter) }
                }
            },
        ]
    }

    /// What is counted on the main thread.
    @MainActor
    private final class MainCount {
        var value = 0
    }

    @MainActor
    private static func run(
        _ threads: Int,
        until isDone: () -> Bool,
        submit: @escaping @Sendable () -> Void
    ) -> [Contender.Figure] {
        figures("\(threads) threads", each: count) {
            let share = count / threads
            for _ in 0..<threads {
                Thread.detachNewThread { for _ in 0..<share { submit() } }
            }
            MainContext.default.iterate(until: isDone)
        }
    }
}
