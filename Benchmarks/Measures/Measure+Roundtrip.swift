import CTaskerGLib
import Dispatch
import GLibMainLoop
import Tasker

extension Measure {
    static let roundtrip = Measure(
        name: "roundtrip",
        title: "A round trip to main",
        summary: "a thread that makes main answer and waits for it, both on one core",
        scores: [.init(figure: time, unit: "µs", rival: "g_idle_add", goal: .ratio(1.1))]
    ) { _ in
        [
            .init("Tasker") { Cores.onOne { figures { context, _ in try context.sendEvent("question") } } },
            .init("g_idle_add") {
                Cores.onOne {
                    figures { _, answer in
                        let pointer = Unmanaged.passUnretained(answer).toOpaque()
                        g_idle_add({ Measure.answer($0) }, pointer)
                    }
                }
            },
        ]
    }

    private static func answer(_ answer: UnsafeMutableRawPointer?) -> gboolean {
        answer.map { _ = Unmanaged<DispatchSemaphore>.fromOpaque($0).takeUnretainedValue().signal() }
        return 0
    }

    /// - Parameter ask: Makes main signal the semaphore; an event does so, too.
    @MainActor
    private static func figures(
        _ ask: @escaping @Sendable (ExecutionContext, DispatchSemaphore) throws -> Void
    ) -> [Contender.Figure] {
        let count = 20_000
        let answer = DispatchSemaphore(value: 0)
        let duration = onThread { context in
            try ContinuousClock().measure {
                for _ in 0..<count {
                    try ask(context, answer)
                    answer.wait()
                }
            }
        } whenEvent: {
            answer.signal()
        }
        return [.init(name: time, value: duration / .microseconds(1) / Double(count))]
    }
}
