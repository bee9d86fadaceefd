import CTaskerGLib
import Foundation
import GLibMainLoop
import Tasker

extension Measure {
    private static let count = 200_000

    static let event = Measure(
        name: "event",
        title: "An event",
        summary: "\(count) events of a thread's, from the first to all handled on main",
        scores: [.init(figure: time, unit: "µs an event", rival: "g_idle_add", goal: .ratio(1))]
    ) { _ in
        [
            .init("Tasker") { figures(each: count, sendEvents) },
            .init("g_idle_add") { figures(each: count, addIdles) },
        ]
    }

    @MainActor
    private static func sendEvents() {
        let proxy = TaskManagerProxy()
        var handled = 0
        proxy.runThread { context in
            for _ in 0..<count { try context.sendEvent("tick") }
        } whenEvent: { _ in
            handled += 1
        }
        MainContext.default.iterate { handled == count }
    }

    @MainActor
    private static func addIdles() {
        let handled = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        defer { handled.deallocate() }
        handled.initialize(to: 0)
        // Counted on the main thread.
        nonisolated(unsafe) let counter = handled
        Thread.detachNewThread {
            for _ in 0..<count {
                g_idle_add(
                    { handled in
                        handled?.assumingMemoryBound(to: Int.self).pointee += 1
                        return 0
                    },
                    counter
                )
            }
        }
        MainContext.default.iterate { handled.pointee == count }
    }
}
