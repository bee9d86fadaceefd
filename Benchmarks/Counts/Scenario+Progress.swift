import GLibMainLoop
import Tasker

extension Scenario {
    static let report = Scenario(
        name: "report",
        summary: "reports of progress on a thread while main does something else"
    ) { count in
        let (proxy, handover) = (TaskManagerProxy(), Handover())
        var isDone = false
        proxy.runThread { context in
            try context.setTotal(count)
            for step in 0..<count { context.setProgress(step) }
            handover.stop()
        } whenDone: { _ in
            isDone = true
        }
        handover.awaitStop()
        handover.goOn()
        MainContext.default.iterate { isDone }
    }

    static let publish = Scenario(
        name: "publish",
        summary: "reports of progress that are published, one after the other, each seen on main in the list"
    ) { count in
        var configuration = TaskManagerConfiguration()
        // Only what is flushed is published.
        configuration.publicationInterval = .seconds(100_000)
        let (proxy, handover) = (TaskManagerProxy(configuration: configuration), Handover())
        var (published, isDone) = (0, false)
        proxy.tasksUpdated.connect { tasks, _ in
            published = Int(((tasks.first?.progress ?? 0) * Double(count)).rounded())
        }
        proxy.runThread { context in
            try context.setTotal(count)
            for step in 1...count {
                context.setProgress(step)
                context.flush()
                handover.stop()
            }
        } whenDone: { _ in
            isDone = true
        }
        for step in 1...count {
            handover.awaitStop()
            MainContext.default.iterate { published == step }
            handover.goOn()
        }
        MainContext.default.iterate { isDone }
    }
}
