import CTaskerGTK
import Tasker

/// The peer of a `TaskerTask`, which is a task in a ``TaskListModel`` as a GObject.
///
/// One task has one at a time, made when somebody asks the model for it and gone when nobody has it any more.
@MainActor
final class TaskObject {
    private(set) var task: TaskSnapshot
    /// The model's, while the model is there; afterwards the object keeps what it says.
    private weak let store: TaskListStore?

    /// How many there are in the process: what a test of lifetimes can count.
    private(set) static var count = 0

    private init(_ task: TaskSnapshot, store: TaskListStore) {
        self.task = task
        self.store = store
        Self.count += 1
    }

    /// Makes an object; the caller has the one reference to it.
    static func make(_ task: TaskSnapshot, in store: TaskListStore) -> UnsafeMutablePointer<GObject> {
        ObjectType.make(type, peer: TaskObject(task, store: store))
    }

    /// Stands for a newer snapshot from now on.
    ///
    /// - Returns: Whether something is different, so that ``notify(_:)`` has to follow; until then the object is kept.
    func update(_ task: TaskSnapshot, of object: UnsafeMutablePointer<GObject>) -> Bool {
        let changed = TaskProperty.differences(between: self.task, and: task)
        self.task = task
        guard !changed.isEmpty else { return false }
        g_object_ref(object)
        g_object_freeze_notify(object)
        for property in changed { g_object_notify(object, property.rawValue) }
        return true
    }

    /// Says what has changed.
    static func notify(_ object: UnsafeMutablePointer<GObject>) {
        g_object_thaw_notify(object)
        emitChanged(object)
        g_object_unref(object)
    }

    // MARK: - The class

    /// Emitted once behind the notifications of one publication, for whoever shows more than a property.
    nonisolated static let changedSignal = "changed"

    private static func emitChanged(_ object: UnsafeMutablePointer<GObject>) {
        var instance = GValue()
        g_value_init(&instance, type)
        g_value_set_object(&instance, object)
        g_signal_emitv(&instance, g_signal_lookup(changedSignal, type), 0, nil)
        g_value_unset(&instance)
    }

    /// `TaskerTask`.
    nonisolated static let type = ObjectType.register("TaskerTask") { `class`, _ in
        guard let `class` = `class`?.assumingMemoryBound(to: GObjectClass.self) else { return }
        `class`.pointee.finalize = { object in
            onMain(object) { TaskObject.willFinalize($0) }
            ObjectType.finalize(object)
        }
        `class`.pointee.get_property = { object, number, value, specification in
            onMain((object, value, specification)) { TaskObject.getProperty(number, of: $0, into: $1, $2) }
        }
        // 0 is GObject's own.
        for (number, property) in zip(guint(1)..., TaskProperty.allCases) {
            g_object_class_install_property(`class`, number, property.makeSpecification())
        }
        // Nothing is returned and nothing passed: `G_TYPE_NONE` is a macro that Swift does not see.
        let none = GType(1 << 2)
        let type = `class`.pointee.g_type_class.g_type
        g_signal_newv(changedSignal, type, G_SIGNAL_RUN_LAST, nil, nil, nil, nil, none, 0, nil)
    }

    private static func willFinalize(_ object: UnsafeMutablePointer<GObject>?) {
        guard let peer: TaskObject = ObjectType.peer(of: object) else { return }
        peer.store?.forget(peer.task.id)
        count -= 1
    }

    private static func getProperty(
        _ number: guint,
        of object: UnsafeMutablePointer<GObject>?,
        into value: UnsafeMutablePointer<GValue>?,
        _ specification: UnsafeMutablePointer<GParamSpec>?
    ) {
        guard let peer: TaskObject = ObjectType.peer(of: object) else {
            g_param_value_set_default(specification, value)
            return
        }
        TaskProperty.allCases[Int(number) - 1].value(of: peer.task).put(into: value)
    }
}
