import GLibMainLoop
import Tasker

extension Scenario {
    static let features = Scenario(
        name: "features",
        summary: "as thread, with keys, priorities and groups, while somebody follows every event and reads every list"
    ) { count in
        let proxy = oneAtATime
        var (events, listed) = (0, 0)
        proxy.taskEvents.connect { _ in events += 1 }
        proxy.tasksUpdated.connect { tasks, _ in listed += tasks.count { $0.state == .running } }
        let options: [TaskOptions] = [.group("network"), .group("disk")]
        Bursts().run(count) { index, whenDone in
            proxy.runThread(
                key: "\(index)",
                priority: SchedulingPriority(rawValue: index % 3),
                options: options[index % 2],
                { _ in },
                whenDone: { _ in whenDone() }
            )
        } hold: { body, whenDone in
            proxy.runThread(priority: .low, { _ in body() }, whenDone: { _ in whenDone() })
        }
    }
}
