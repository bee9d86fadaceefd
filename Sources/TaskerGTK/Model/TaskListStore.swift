import CTaskerGLib
import Tasker

/// The peer of a `TaskerTaskListModel`: what it shows, and the objects that somebody has.
@MainActor
final class TaskListStore {
    private var content: TaskListContent
    /// Not owned: each is forgotten at its end.
    private var objects: [TaskID: UnsafeMutablePointer<GObject>] = [:]
    private var connection: SignalConnection?
    /// Lists that came while an older one was being told, by a handler that runs a main loop of its own.
    private var waiting: [TaskList] = []
    private var isTelling = false
    /// Whether the newest stands first.
    private let isReversed: Bool

    init(_ manager: TaskManager, isReversed: Bool) {
        content = TaskListContent(manager.tasks)
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
        // Older ones come late where a handler that was called before has run a main loop.
        guard list.emission > (waiting.last ?? content.list).emission else { return }
        waiting.append(list)
        guard !isTelling else { return }
        isTelling = true
        // A handler may let go of the model.
        g_object_ref(model)
        while !waiting.isEmpty { tell(waiting.removeFirst(), of: model) }
        isTelling = false
        g_object_unref(model)
    }

    private func tell(_ list: TaskList, of model: UnsafeMutablePointer<GObject>) {
        let countBefore = content.count
        let (splices, changed) = content.begin(list)
        for splice in splices.reversed() {
            let behind = content.count - splice.position - splice.removed
            content.show(splice)
            g_list_model_items_changed(
                OpaquePointer(model),
                guint(isReversed ? behind : splice.position),
                guint(splice.removed),
                guint(splice.added)
            )
        }
        content.finish()
        if content.count != countBefore { g_object_notify(model, TaskListModel.countProperty) }
        // Objects first: of 100,000 tasks that changed, few are looked at.
        if let changed, changed.count < objects.count {
            for id in changed { refresh(id, from: list) }
        } else {
            for id in Array(objects.keys) { refresh(id, from: list) }
        }
    }

    private func refresh(_ id: TaskID, from list: TaskList) {
        guard let object = objects[id], let peer: TaskObject = ObjectType.peer(of: object), let task = list[id: id]
        else { return }
        peer.update(task, of: object)
    }
}
