import GLibMainLoop
import Tasker

extension Scenario {
    static let worker = Scenario(
        name: "worker",
        summary: "nothing in a worker process that is there, one after the other, each seen on main"
    ) { count in
        let proxy = oneAtATime
        for _ in 0..<count {
            var isDone = false
            proxy.runProcess(Nothing(), whenDone: { _ in isDone = true })
            MainContext.default.iterate { isDone }
        }
    }
}
