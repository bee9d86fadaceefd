import CTaskerGLib
import Dispatch
import GLibMainLoop
import Synchronization
import Tasker

extension Measure {
    static let blocked = Measure(
        name: "blocked",
        title: "A start while others block",
        summary: "the start of a function on a thread while others block",
        scores: [20, 30].map { .init(figure: "behind \($0)", unit: "ms", goal: .atMost(5)) }
    ) { _ in
        [
            .init("Tasker") {
                [20, 30].flatMap { count in
                    let proxy = TaskManagerProxy()
                    return figures(count) { gate, started in
                        for _ in 0..<count { proxy.runThread { _ in gate.wait() } }
                        proxy.runThread { _ in started() }
                    } isIdle: {
                        proxy.overallProgress == 1
                    }
                }
            },
            .init("GTask") {
                [20, 30].flatMap { count in
                    let done = UnsafeMutablePointer<Int>.allocate(capacity: 1)
                    defer { done.deallocate() }
                    done.initialize(to: 0)
                    return figures(count) { gate, started in
                        for _ in 0..<count { GTasks.startBlocking(gate, done) }
                        GTasks.start(calling: started, done)
                    } isIdle: {
                        done.pointee == count + 1
                    }
                }
            },
        ]
    }

    /// - Parameter begin: Starts what blocks, and behind it what calls its second argument.
    @MainActor
    private static func figures(
        _ count: Int,
        begin: (_ gate: DispatchSemaphore, _ started: @escaping @Sendable () -> Void) -> Void,
        isIdle: () -> Bool
    ) -> [Contender.Figure] {
        let (gate, start) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let duration = ContinuousClock().measure {
            begin(gate) { start.signal() }
            start.wait()
        }
        for _ in 0..<count { gate.signal() }
        MainContext.default.iterate(until: isIdle)
        return [.init(name: "behind \(count)", value: duration / .milliseconds(1))]
    }
}
