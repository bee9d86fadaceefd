import CTaskerGTK
public import Tasker

/// The tasks of a manager, or of a scope, all or those in some states, as a `GListModel` of `TaskerTask` objects.
///
/// For `GtkListView` and every other widget that takes a model, alone or behind `GtkFilterListModel`, `GtkSortListModel` and the
/// like; for `GtkExpression` and property bindings on its items; from Swift, and from C by the pointer. Main actor, as all of GTK.
///
/// ```swift
/// let model = TaskListModel(taskManager.manager)
/// let selection = gtk_no_selection_new(model.retained())
/// let view = gtk_list_view_new(selection, factory)
/// ```
///
/// Items are made when somebody asks for them, and say with `notify` which of their properties have changed; changes of the list are
/// told in as few `items-changed` as there are stretches, or in one where those are many. <doc:TaskListModels> lists the
/// properties.
@MainActor
public final class TaskListModel {
    let object: UnsafeMutablePointer<GObject>

    nonisolated static let countProperty = "n-items"

    /// Makes a model that follows a manager from now on.
    ///
    /// - Parameters:
    ///   - manager: Whose tasks.
    ///   - states: Only of tasks that are in one of these: a task comes when it gets into one, and goes when it leaves them.
    ///   - order: By submission; where all `states` are ends, by end.
    public init(
        _ manager: TaskManager,
        states: Set<TaskState> = Set(TaskState.allCases),
        order: TaskOrder = .oldestFirst
    ) {
        let store = TaskListStore(manager, states: states, isReversed: order == .newestFirst)
        object = ObjectType.make(Self.type, peer: store)
        store.follow(manager, as: object)
    }

    isolated deinit {
        g_object_unref(object)
    }

    /// The `GListModel *`, which this lends: valid as long as this, or whoever took a reference with `g_object_ref`.
    public var pointer: OpaquePointer {
        OpaquePointer(object)
    }

    /// Returns the `GListModel *` with a reference for a function that takes one over, such as `gtk_no_selection_new`.
    public func retained() -> OpaquePointer {
        g_object_ref(object)
        return OpaquePointer(object)
    }

    /// The task that an item of a model stands for, as it was published last; nil for any other object.
    ///
    /// - Parameter item: A `TaskerTask *`, such as `gtk_list_item_get_item` returns.
    public static func task(of item: UnsafeMutableRawPointer?) -> TaskSnapshot? {
        guard let item, isInstance(item, of: TaskObject.type), let peer: TaskObject = ObjectType.peer(of: item)
        else { return nil }
        return peer.task
    }

    /// How many items of all models there are.
    package static var itemCount: Int {
        TaskObject.count
    }

    private static func isInstance(_ object: UnsafeMutableRawPointer, of type: GType) -> Bool {
        g_type_check_instance_is_a(object.assumingMemoryBound(to: GTypeInstance.self), type) != 0
    }

    // MARK: - The class

    /// `TaskerTaskListModel`.
    private nonisolated static let type: GType = {
        // For descriptions of windows that name it before there is a task.
        _ = g_type_class_ref(TaskObject.type)
        let type = ObjectType.register("TaskerTaskListModel") { `class`, _ in TaskListModel.prepare(`class`) }
        var interface = GInterfaceInfo()
        interface.interface_init = { interface, _ in TaskListModel.prepareInterface(interface) }
        g_type_add_interface_static(type, g_list_model_get_type(), &interface)
        return type
    }()

    private nonisolated static func prepare(_ class: gpointer?) {
        guard let `class` = `class`?.assumingMemoryBound(to: GObjectClass.self) else { return }
        `class`.pointee.finalize = { object in
            onMain(object) { TaskListModel.store(of: $0)?.close() }
            ObjectType.finalize(object)
        }
        `class`.pointee.get_property = { object, _, value, _ in
            onMain((object, value)) { g_value_set_uint($1, guint(TaskListModel.store(of: $0)?.count ?? 0)) }
        }
        // GTK's own models have it since 4.8: for labels that count.
        let flags = GParamFlags(G_PARAM_READABLE.rawValue | G_PARAM_EXPLICIT_NOTIFY.rawValue)
        g_object_class_install_property(`class`, 1, g_param_spec_uint(countProperty, nil, nil, 0, .max, 0, flags))
    }

    private nonisolated static func prepareInterface(_ interface: gpointer?) {
        guard let interface = interface?.assumingMemoryBound(to: GListModelInterface.self) else { return }
        interface.pointee.get_item_type = { _ in TaskObject.type }
        interface.pointee.get_n_items = { model in
            onMain(model) { guint(TaskListModel.store(of: UnsafeMutableRawPointer($0))?.count ?? 0) }
        }
        interface.pointee.get_item = { model, position in
            onMain(model) { model in
                TaskListModel.store(of: UnsafeMutableRawPointer(model))?.object(at: Int(position)).map {
                    UnsafeMutableRawPointer($0)
                }
            }
        }
    }

    private static func store(of object: UnsafeMutableRawPointer?) -> TaskListStore? {
        ObjectType.peer(of: object)
    }
}
