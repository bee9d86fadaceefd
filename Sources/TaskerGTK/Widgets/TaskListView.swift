public import CTaskerGTK
public import Tasker

/// A widget that lists the tasks of a manager, each in a ``TaskRow``, with a button that clears the finished ones.
///
/// Those that run stand first, then those that wait, both in the order of submission, then those that have ended, the last one
/// first; each of the three below a heading that counts them. Main actor, as all of GTK. Only rows that can be seen are made, so that
/// 100,000 tasks are no burden. The widget follows the manager as long as it lives, whatever becomes of this object.
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
