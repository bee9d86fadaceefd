public import CTaskerGTK
public import Tasker

/// A thin bar with the progress of all tasks of a manager together, which slides in when one has run for half a second and out when none
/// runs.
///
/// Main actor, as all of GTK; for the edge of a window or below its header bar. The widget follows the manager as long as it
/// lives, whatever becomes of this object.
@MainActor
public final class TaskProgressBar {
    /// The `GtkWidget *`, which this lends: valid as long as this, or whoever took a reference, such as its parent.
    public let widget: UnsafeMutablePointer<GtkWidget>

    /// Makes a bar for a manager, or for a scope.
    public init(_ manager: TaskManager) {
        widget = gtk_revealer_new()
        g_object_ref_sink(widget)
        let bar: Widget = gtk_progress_bar_new()
        // With GTK's own class for this, `osd`, the bar is of negative size at a fraction of 0, and warns of that (seen with 4.8).
        StyleSheet.widgets.install()
        bar.addClass("tasker-thin")
        bar.setAccessibleLabel(Message.overallProgress.text)
        gtk_revealer_set_child(widget.opaque, bar)
        let revealer = widget
        let watch = ActivityWatch(manager) { sight in
            gtk_progress_bar_set_fraction(bar.opaque, sight.progress)
            gtk_revealer_set_reveal_child(revealer.opaque, sight.isShown ? 1 : 0)
        }
        widget.attach(watch)
        Signals.destroy(widget) { [weak watch] in watch?.close() }
    }

    isolated deinit {
        g_object_unref(widget)
    }
}
