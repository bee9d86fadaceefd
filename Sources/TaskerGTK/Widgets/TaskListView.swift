public import CTaskerGTK
public import Tasker

/// A widget that lists the tasks of a manager, the newest first, each in a ``TaskRow``, with a button that clears the finished ones.
///
/// Main actor, as all of GTK. Only rows that can be seen are made, so that 100,000 tasks are no burden. The widget follows the
/// manager as long as it lives, whatever becomes of this object.
///
/// ```swift
/// let list = TaskListView(taskManager)
/// gtk_window_set_child(window, list.widget)
/// ```
@MainActor
public final class TaskListView {
    /// The `GtkWidget *`, which this lends: valid as long as this, or whoever took a reference, such as its parent.
    public let widget: UnsafeMutablePointer<GtkWidget>

    /// Makes a list of a manager's tasks.
    public init(_ proxy: TaskManagerProxy) {
        widget = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0)
        g_object_ref_sink(widget)
        widget.attach(TaskListContents(in: widget, proxy))
    }

    isolated deinit {
        g_object_unref(widget)
    }
}

/// What a ``TaskListView`` consists of; belongs to its widget.
@MainActor
private final class TaskListContents {
    private let manager: TaskManager
    private let model: TaskListModel
    // Children of the widget, which are there until it is destroyed.
    private let stack: Widget = gtk_stack_new()
    private let scrolled: Widget = gtk_scrolled_window_new()
    private let view: Widget
    private let clear: Widget = gtk_button_new_with_mnemonic("C_lear finished")
    private var connection: SignalConnection?

    init(in widget: Widget, _ proxy: TaskManagerProxy) {
        manager = proxy.manager
        model = TaskListModel(manager, order: .newestFirst)
        view = Self.makeView(of: model, proxy)
        layOut(widget)
        // Behind the model's own, so that the view knows the list.
        connection = manager.tasksUpdated.connect { [weak self] tasks, _ in self?.update(tasks) }
        Signals.clicked(clear) { proxy.removeFinishedTasks() }
        Signals.destroy(widget) { [weak self] in self?.destroy() }
        update(manager.tasks)
    }

    private func destroy() {
        connection?.disconnect()
        connection = nil
    }

    private func update(_ tasks: TaskList) {
        gtk_stack_set_visible_child_name(stack.opaque, tasks.isEmpty ? "empty" : "tasks")
        clear.setSensitive(manager.finishedCount > 0)
        // The view keeps what it shows in sight, and what is new comes above that: somebody who has not scrolled wants to see it.
        let adjustment = gtk_scrolled_window_get_vadjustment(scrolled.opaque)
        if !tasks.changes.added.isEmpty, gtk_adjustment_get_value(adjustment) <= gtk_adjustment_get_lower(adjustment) {
            let top = g_variant_ref_sink(g_variant_new_uint32(0))
            gtk_widget_activate_action_variant(view, "list.scroll-to-item", top)
            g_variant_unref(top)
        }
    }

    // MARK: - Layout

    private func layOut(_ widget: Widget) {
        widget.addClass("tasker-list")
        let empty: Widget = gtk_label_new("No tasks")
        empty.addClass("dim-label")
        gtk_scrolled_window_set_policy(scrolled.opaque, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC)
        gtk_scrolled_window_set_child(scrolled.opaque, view)
        gtk_stack_add_named(stack.opaque, empty, "empty")
        gtk_stack_add_named(stack.opaque, scrolled, "tasks")
        gtk_widget_set_vexpand(stack, 1)
        gtk_widget_set_hexpand(stack, 1)
        gtk_widget_set_halign(clear, GTK_ALIGN_END)
        clear.addClass("flat")
        clear.setMargins(4)
        // GTK 4.8 names a button by its text, underscore included, and by its label as well.
        gtk_accessible_reset_property(clear.opaque, GTK_ACCESSIBLE_PROPERTY_LABEL)
        widget.append(stack)
        widget.append(clear)
    }

    private static func makeView(of model: TaskListModel, _ proxy: TaskManagerProxy) -> Widget {
        let factory = gtk_signal_list_item_factory_new()
        let object = UnsafeMutableRawPointer(factory)
        if let object {
            Signals.factory(object, "setup") { item in
                let row = TaskRow(proxy)
                gtk_list_item_set_activatable(item, 0)
                gtk_list_item_set_child(item, row.widget)
            }
            Signals.factory(object, "bind") { item in
                let row = TaskRowContent.of(gtk_list_item_get_child(item))
                // The widget of the whole row, which is what a screen reader stops at.
                row?.onLabel = { label in
                    gtk_list_item_get_child(item).flatMap { gtk_widget_get_parent($0) }?.setAccessibleLabel(label)
                }
                row?.show(gtk_list_item_get_item(item))
            }
            Signals.factory(object, "unbind") { item in TaskRowContent.of(gtk_list_item_get_child(item))?.forget() }
        }
        let view: Widget = gtk_list_view_new(gtk_no_selection_new(model.retained()), factory)
        view.setAccessibleLabel("Tasks")
        return view
    }
}
