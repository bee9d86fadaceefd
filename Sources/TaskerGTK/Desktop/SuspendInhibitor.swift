import Tasker

/// Keeps the machine from suspending, and the session from ending, while tasks work that are marked so.
@MainActor
final class SuspendInhibitor: DesktopPart {
    private let lock: SuspendLock
    private let manager: TaskManager
    private var inhibition = SuspendInhibition()
    /// Those that run and are marked.
    private var marked: Set<TaskID> = []

    init(_ lock: SuspendLock, _ manager: TaskManager) {
        (self.lock, self.manager) = (lock, manager)
    }

    func update(_ change: DesktopChange) {
        for id in change.began where change.tasks[id: id]?.inhibitsSuspend == true {
            marked.insert(id)
            inhibition.set(id, works: change.tasks[id: id]?.isPaused == false, at: change.now)
        }
        guard !marked.isEmpty else { return }
        for (id, _) in change.ended {
            marked.remove(id)
            inhibition.set(id, works: false, at: change.now)
        }
        for id in change.changed where marked.contains(id) {
            inhibition.set(id, works: change.tasks[id: id]?.isPaused == false, at: change.now)
        }
    }

    func look(_ moment: DesktopMoment) {
        inhibition.look(at: moment.now)
        if inhibition.isOn { lock.want { self.reason() } } else { lock.drop() }
    }

    var nextLook: Duration? { inhibition.nextLook }

    func close() {
        lock.drop()
    }

    /// What works; asked for only once.
    private func reason() -> String {
        let first = inhibition.working.min().flatMap { manager.tasks[id: $0]?.name } ?? ""
        return TaskText.summary(first, of: inhibition.working.count)
    }
}
