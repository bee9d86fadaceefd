import CTaskerGTK
import Tasker

/// What a ``TaskListView`` consists of; belongs to its widget.
@MainActor
final class TaskListContents {
    private let manager: TaskManager
    private let sections: TaskSections
    // Children of the widget, which are there until it is destroyed.
    private let stack: Widget = gtk_stack_new()
    private let scrolled: Widget = gtk_scrolled_window_new()
    private let view: Widget
    private let clear: Widget = gtk_button_new_with_mnemonic(Message.clearFinished.text)
    private var connection: SignalConnection?
    /// Whether rows have come or gone since the tasks were looked at.
    private var haveRowsMoved = false

    init(in widget: Widget, _ proxy: TaskManagerProxy) {
        manager = proxy.manager
        sections = TaskSections(of: manager)
        view = gtk_list_view_new(gtk_no_selection_new(sections.model), TaskListRows.makeFactory(sections, proxy))
        // The selection took one over.
        g_object_ref(UnsafeMutableRawPointer(sections.model))
        layOut(widget)
        Signals.itemsChanged(sections.model) { [weak self] in self?.haveRowsMoved = true }
        // Behind the models' own, so that the view knows the list.
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
        guard haveRowsMoved else { return }
        haveRowsMoved = false
        // The view keeps what it shows in sight, and what is new may come above that: somebody who has not scrolled wants to see it.
        let adjustment = gtk_scrolled_window_get_vadjustment(scrolled.opaque)
        guard gtk_adjustment_get_value(adjustment) <= gtk_adjustment_get_lower(adjustment) else { return }
        let top = g_variant_ref_sink(g_variant_new_uint32(0))
        gtk_widget_activate_action_variant(view, "list.scroll-to-item", top)
        g_variant_unref(top)
    }

    private func layOut(_ widget: Widget) {
        widget.addClass("tasker-list")
        view.setAccessibleLabel(Message.tasks.text)
        let empty: Widget = gtk_label_new(Message.noTasks.text)
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
}
