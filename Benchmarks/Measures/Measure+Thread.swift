import CTaskerGLib
import GLibMainLoop
import Tasker

extension Measure {
    private static let count = 100_000

    static let thread = Measure(
        name: "thread",
        title: "A function on a thread",
        summary: "\(count) functions that do nothing on threads, from submit to seen on main",
        scores: [
            .init(figure: "plain", unit: "µs a task", rival: "GTask", goal: .ratio(0.5)),
            .init(figure: "all features", unit: "µs a task", rival: "GTask", against: "plain", goal: .ratio(0.5)),
        ]
    ) { _ in
        [
            .init("Tasker") {
                figures("plain", each: count) { runNothing(count, on: TaskManagerProxy()) }
                    + figures("all features", each: count, runTasksWithEverything)
            },
            .init("GTask") { figures("plain", each: count) { GTasks.run(count) } },
            .init("QThreadPool") { PeerProgram.qt.figures("thread", "\(count)", name: "plain") },
            .init("QtConcurrent") { PeerProgram.qt.figures("concurrent", "\(count)", name: "plain") },
            .init("Python") { PeerProgram.python.figures("thread", "\(count / 10)", name: "plain") },
        ]
    }

    /// Each with a key, a priority and a group, while somebody follows every event and reads every list.
    @MainActor
    private static func runTasksWithEverything() {
        let proxy = TaskManagerProxy()
        var (done, events, listed) = (0, 0, 0)
        proxy.taskEvents.connect { _ in events += 1 }
        proxy.tasksUpdated.connect { tasks, _ in listed += tasks.count { $0.state == .running } }
        let options: [TaskOptions] = [.group("network"), .group("disk")]
        for index in 0..<count {
            proxy.runThread(
                key: "\(index)",
                priority: SchedulingPriority(rawValue: index % 3),
                options: options[index % 2],
                { _ in },
                whenDone: { _ in done += 1 }
            )
        }
        MainContext.default.iterate { done == count }
    }
}
