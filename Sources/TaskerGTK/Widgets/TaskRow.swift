public import CTaskerGTK
public import Tasker

/// A widget that shows one task: name, state, message, progress with the time that has passed and the time left, the error; with
/// buttons to pause, to cancel, to start it again if it failed or was cancelled and is `TaskOptions.retryable`, and to copy the error.
///
/// Main actor, as all of GTK. The widget follows its task as long as it lives, whatever becomes of this object; destroyed while the
/// task runs, it neither cancels nor keeps anything.
///
/// ```swift
/// let row = TaskRow(taskManager)
/// row.show(item)  // a `TaskerTask *` of a `TaskListModel`
/// gtk_box_append(box, row.widget)
/// ```
@MainActor
public final class TaskRow {
    /// The `GtkWidget *`, which this lends: valid as long as this, or whoever took a reference, such as its parent.
    public let widget: UnsafeMutablePointer<GtkWidget>
    private weak let content: TaskRowContent?

    /// Makes a row that shows nothing yet.
    ///
    /// - Parameter proxy: The manager of the tasks that it will show, for its buttons.
    public init(_ proxy: TaskManagerProxy) {
        widget = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4)
        g_object_ref_sink(widget)
        let content = TaskRowContent(in: widget, proxy)
        widget.attach(content)
        self.content = content
    }

    isolated deinit {
        g_object_unref(widget)
    }

    /// Shows a task from now on, in place of the one before.
    ///
    /// - Parameter item: A `TaskerTask *`, an item of a ``TaskListModel``; nil, or any other object: none.
    public func show(_ item: UnsafeMutableRawPointer?) {
        content?.show(item)
    }
}
