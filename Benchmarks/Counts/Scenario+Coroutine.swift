import GLibMainLoop
import Tasker

extension Scenario {
    static let coroutine = Scenario(
        name: "coroutine",
        summary: "async functions that do nothing, in bursts, each seen on main"
    ) { count in
        let proxy = oneAtATime
        Bursts().run(count) { _, whenDone in
            proxy.addCoroutine({ _ in }, whenDone: { _ in whenDone() })
        } hold: { body, whenDone in
            proxy.addCoroutine({ _ in body() }, whenDone: { _ in whenDone() })
        }
    }
}
