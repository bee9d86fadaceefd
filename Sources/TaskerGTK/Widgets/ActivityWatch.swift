import CTaskerGTK
import GLibMainLoop
import Tasker

/// Follows what runs in a manager, for widgets that show that much.
@MainActor
final class ActivityWatch {
    /// What is to be shown.
    struct Sight {
        let isShown: Bool
        /// How many tasks run.
        let count: Int
        /// The one that was submitted first.
        let first: TaskSnapshot?
        /// Of all together, 0…1.
        let progress: Double

        /// In a line.
        var summary: String {
            first.map { TaskText.summary($0.name, of: count) } ?? ""
        }
    }

    private let manager: TaskManager
    private let show: (Sight) -> Void
    private var activity = TaskActivity()
    private var connection: SignalConnection?
    private var timer: EventSource?
    /// The tasks that ran when some did.
    private var last: (count: Int, first: TaskSnapshot?) = (0, nil)

    init(_ manager: TaskManager, show: @escaping @MainActor (Sight) -> Void) {
        self.manager = manager
        self.show = show
        connection = manager.tasksUpdated.connect { [weak self] tasks, _ in self?.update(tasks) }
        update(manager.tasks)
    }

    /// Ends it; whoever shows is about to go.
    func close() {
        connection?.disconnect()
        timer?.remove()
        (connection, timer) = (nil, nil)
    }

    private func update(_ tasks: TaskList) {
        activity.update(tasks, at: Self.now)
        tell()
    }

    private func tell() {
        let running = activity.running
        // Shown although none runs: another one may follow, and between them nothing flickers.
        if !activity.isShown || !running.isEmpty {
            last = (running.count, running.first.flatMap { manager.tasks[id: $0.id] })
        }
        show(
            Sight(
                isShown: activity.isShown,
                count: last.count,
                first: last.first,
                progress: manager.overallProgress
            )
        )
        setTimer()
    }

    private func setTimer() {
        guard let next = activity.nextLook else {
            timer?.remove()
            timer = nil
            return
        }
        guard timer == nil else { return }
        timer = MainContext.default.addTimeout(every: max(.zero, next - Self.now)) { [weak self] in
            MainActor.assumeIsolated {
                guard let self else { return }
                self.timer = nil
                self.activity.look(at: Self.now)
                self.tell()
            }
            return .remove
        }
    }

    private static var now: Duration {
        .microseconds(g_get_monotonic_time())
    }
}
