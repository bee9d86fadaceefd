import CTaskerGLib
import Tasker

/// The peer of a `TaskerTask`, which is a task in a ``TaskListModel`` as a GObject.
///
/// One task has one at a time, made when somebody asks the model for it and gone when nobody has it any more.
@MainActor
final class TaskObject {
    private(set) var task: TaskSnapshot
    /// The model's, while the model is there; afterwards the object keeps what it says.
    private weak let store: TaskListStore?

    private init(_ task: TaskSnapshot, store: TaskListStore) {
        self.task = task
        self.store = store
    }

    /// Makes an object; the caller has the one reference to it.
    static func make(_ task: TaskSnapshot, in store: TaskListStore) -> UnsafeMutablePointer<GObject> {
        ObjectType.make(type, peer: TaskObject(task, store: store))
    }

    /// Says what has changed.
    func update(_ task: TaskSnapshot, of object: UnsafeMutablePointer<GObject>) {
        let before = self.task
        self.task = task
        // A handler may let go of it.
        g_object_ref(object)
        g_object_freeze_notify(object)
        for property in TaskProperty.allCases where property.value(of: before) != property.value(of: task) {
            g_object_notify(object, property.name)
        }
        g_object_thaw_notify(object)
        g_object_unref(object)
    }

    // MARK: - The class

    /// `TaskerTask`.
    nonisolated static let type = ObjectType.register("TaskerTask") { `class`, _ in
        guard let `class` = `class`?.assumingMemoryBound(to: GObjectClass.self) else { return }
        `class`.pointee.finalize = { object in
            onMain(object) { TaskObject.willFinalize($0) }
            ObjectType.finalize(object)
        }
        `class`.pointee.get_property = { object, number, value, _ in
            onMain((object, value)) { TaskObject.getProperty(number, of: $0, into: $1) }
        }
        for property in TaskProperty.allCases {
            g_object_class_install_property(`class`, property.rawValue, property.makeSpecification())
        }
    }

    private static func willFinalize(_ object: UnsafeMutablePointer<GObject>?) {
        guard let peer: TaskObject = ObjectType.peer(of: object) else { return }
        peer.store?.forget(peer.task.id)
    }

    private static func getProperty(
        _ number: guint,
        of object: UnsafeMutablePointer<GObject>?,
        into value: UnsafeMutablePointer<GValue>?
    ) {
        guard let peer: TaskObject = ObjectType.peer(of: object) else { return }
        TaskProperty(rawValue: number)?.value(of: peer.task).put(into: value)
    }
}
