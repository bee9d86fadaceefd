import GLibMainLoop
import Tasker

extension Scenario {
    static let event = Scenario(
        name: "event",
        summary: "events of a thread's, in bursts, each handled on main"
    ) { count in
        let (proxy, handover) = (TaskManagerProxy(), Handover())
        var (handled, isDone) = (0, false)
        // Fewer than a task may have underway, so that nobody waits for room.
        proxy.runThread { context in
            for _ in 0..<count / Bursts.size {
                for _ in 0..<Bursts.size { try context.sendEvent("tick") }
                handover.stop()
            }
        } whenDone: { _ in
            isDone = true
        } whenEvent: { _ in
            handled += 1
        }
        for end in stride(from: Bursts.size, through: count, by: Bursts.size) {
            handover.awaitStop()
            MainContext.default.iterate { handled == end }
            handover.goOn()
        }
        MainContext.default.iterate { isDone }
    }
}
