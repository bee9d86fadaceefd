import GLibMainLoop
import Tasker

extension Scenario {
    static let thread = Scenario(
        name: "thread",
        summary: "functions that do nothing on threads, in bursts, each seen on main"
    ) { count in
        runThreads(count, on: oneAtATime)
    }

    static let single = Scenario(
        name: "single",
        summary: "the same one after the other: each wakes up a thread and main"
    ) { count in
        let proxy = oneAtATime
        for _ in 0..<count {
            var isDone = false
            proxy.runThread({ _ in }, whenDone: { _ in isDone = true })
            MainContext.default.iterate { isDone }
        }
    }

    @MainActor
    static func runThreads(_ count: Int, on proxy: TaskManagerProxy) {
        Bursts().run(count) { _, whenDone in
            proxy.runThread({ _ in }, whenDone: { _ in whenDone() })
        } hold: { body, whenDone in
            proxy.runThread({ _ in body() }, whenDone: { _ in whenDone() })
        }
    }

    /// A manager that runs one task of a kind at a time.
    @MainActor static var oneAtATime: TaskManagerProxy {
        var configuration = TaskManagerConfiguration()
        configuration.maximumThreads = 1
        configuration.maximumCoroutines = 1
        configuration.maximumProcesses = 1
        return TaskManagerProxy(configuration: configuration)
    }
}
