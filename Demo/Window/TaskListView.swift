import CTaskerGTK
import Tasker

/// The list of tasks: a row each, of which only those that changed are touched.
@MainActor
final class TaskListView {
    let widget: Widget = gtk_scrolled_window_new()
    private let list: Widget = gtk_list_box_new()
    private var rows: [TaskID: TaskRow] = [:]

    init() {
        gtk_list_box_set_selection_mode(list.opaque, GTK_SELECTION_NONE)
        list.addClass("task-list")
        list.setAccessibleLabel("Tasks")
        let placeholder: Widget = gtk_label_new("No task yet. Start one above.")
        placeholder.addClass("dim-label")
        placeholder.setMargins(24)
        gtk_label_set_wrap(placeholder.opaque, 1)
        gtk_list_box_set_placeholder(list.opaque, placeholder)
        gtk_scrolled_window_set_child(widget.opaque, list)
        gtk_scrolled_window_set_policy(widget.opaque, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC)
        gtk_scrolled_window_set_has_frame(widget.opaque, 1)
        gtk_widget_set_hexpand(widget, 1)
        gtk_widget_set_vexpand(widget, 1)
    }

    func update(_ tasks: TaskList) {
        let changes = tasks.changes
        for id in changes.removed { remove(id) }
        for id in changes.added + changes.changed {
            guard let task = tasks[id: id] else { continue }
            if let row = rows[id] {
                row.update(task)
            } else if !isSuperseded(task, in: tasks) {
                add(task)
            }
        }
        // A task that was started again takes the place of its last run, as soon as that has ended.
        for task in tasks where rows[task.id] != nil && isSuperseded(task, in: tasks) { remove(task.id) }
    }

    private func isSuperseded(_ task: TaskSnapshot, in tasks: TaskList) -> Bool {
        task.state.isTerminal && tasks.last { $0.key == task.key }?.id != task.id
    }

    /// Adds a row at the top: what was started last is in sight.
    private func add(_ task: TaskSnapshot) {
        let row = TaskRow(task)
        rows[task.id] = row
        gtk_list_box_prepend(list.opaque, row.widget)
    }

    private func remove(_ id: TaskID) {
        guard let row = rows.removeValue(forKey: id) else { return }
        row.close()
        gtk_list_box_remove(list.opaque, row.widget)
    }
}
