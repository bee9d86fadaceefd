public import CTaskerGTK
public import Tasker

/// A label that says what runs in a manager: the name of the task that was submitted first, and how many more there are.
///
/// Empty until one has run for half a second, and when none runs. Main actor, as all of GTK. The widget follows the manager as long as
/// it lives, whatever becomes of this object.
@MainActor
public final class TaskStatusLabel {
    /// The `GtkWidget *`, which this lends: valid as long as this, or whoever took a reference, such as its parent.
    public let widget: UnsafeMutablePointer<GtkWidget>

    /// Makes a label for a manager, or for a scope.
    public init(_ manager: TaskManager) {
        widget = .label()
        g_object_ref_sink(widget)
        let label = widget
        let watch = ActivityWatch(manager) { label.setLabel($0.isShown ? $0.summary : "") }
        widget.attach(watch)
        Signals.destroy(widget) { [weak watch] in watch?.close() }
    }

    isolated deinit {
        g_object_unref(widget)
    }
}
