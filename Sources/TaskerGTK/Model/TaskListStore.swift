import CTaskerGTK
import Tasker

/// The peer of a `TaskerTaskListModel`: what it shows, and the objects that somebody has.
@MainActor
final class TaskListStore {
    private var content: TaskListContent
    // Also those of tasks that the model does not show any more: who has one sees what becomes of the task.
    /// Not owned: each is forgotten at its end.
    private var objects: [TaskID: UnsafeMutablePointer<GObject>] = [:]
    private var connection: SignalConnection?
    /// The newest list that came while an older one was being told, by a handler that runs a main loop of its own.
    private var waiting: TaskList?
    /// The tasks of objects that have left the list since it was told last.
    private var departed: [TaskSnapshot] = []
    private var isTelling = false
    /// Whether the newest stands first.
    private let isReversed: Bool

    init(_ manager: TaskManager, states: Set<TaskState>, isReversed: Bool) {
        content = TaskListContent(manager.tasks, states: states)
        self.isReversed = isReversed
    }

    /// Follows the manager, until ``close()``.
    func follow(_ manager: TaskManager, as model: UnsafeMutablePointer<GObject>) {
        connection = manager.tasksUpdated.connect { [weak self] tasks, _ in self?.update(tasks, of: model) }
    }

    /// The model is about to be no more.
    func close() {
        connection?.disconnect()
        connection = nil
    }

    var count: Int {
        content.count
    }

    /// The object of the task at a position, which the caller then owns; nil beyond the last.
    func object(at position: Int) -> UnsafeMutablePointer<GObject>? {
        guard let task = content.task(at: isReversed ? content.count - 1 - position : position) else { return nil }
        if let object = objects[task.id] {
            g_object_ref(object)
            return object
        }
        let object = TaskObject.make(task, in: self)
        objects[task.id] = object
        return object
    }

    /// The object of a task is about to be no more.
    func forget(_ id: TaskID) {
        objects[id] = nil
    }

    // MARK: - Changes

    private func update(_ list: TaskList, of model: UnsafeMutablePointer<GObject>) {
        // Of every list, also one that is skipped: a task that has left says what it was last.
        departed += list.left.filter { objects[$0.id] != nil }
        // Older ones come late where a handler that was called before has run a main loop.
        guard list.emission > (waiting ?? content.list).emission else {
            if !isTelling { for object in updateObjects(to: content.list) { TaskObject.notify(object) } }
            return
        }
        waiting = list
        guard !isTelling else { return }
        isTelling = true
        // A handler may let go of the model.
        g_object_ref(model)
        while let next = waiting.take() { tell(next, of: model) }
        isTelling = false
        g_object_unref(model)
    }

    /// Tells what is different: the objects already say so when the list is told, because whoever filters looks at them then, and
    /// notify it when the list is whole again.
    private func tell(_ list: TaskList, of model: UnsafeMutablePointer<GObject>) {
        let countBefore = content.count
        let changed = updateObjects(to: list)
        for splice in content.begin(list).reversed() {
            let behind = content.count - splice.position - splice.removed
            content.show(splice)
            g_list_model_items_changed(
                OpaquePointer(model),
                guint(isReversed ? behind : splice.position),
                guint(splice.removed),
                guint(splice.added)
            )
        }
        let old = content.finish()
        withExtendedLifetime(old) {}
        if content.count != countBefore { g_object_notify(model, TaskListModel.countProperty) }
        for object in changed { TaskObject.notify(object) }
    }

    /// - Returns: The objects that have something to notify.
    private func updateObjects(to list: TaskList) -> [UnsafeMutablePointer<GObject>] {
        defer { departed = [] }
        let isNext = content.isFollowed(by: list)
        // Of 100,000 tasks that changed, few are looked at.
        let ids = isNext && list.changes.changed.count < objects.count ? list.changes.changed : Array(objects.keys)
        return (ids.compactMap { list[id: $0] } + departed).compactMap { task in
            guard let object = objects[task.id], let peer: TaskObject = ObjectType.peer(of: object),
                peer.update(task, of: object)
            else { return nil }
            return object
        }
    }
}
