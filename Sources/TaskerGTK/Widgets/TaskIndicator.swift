public import CTaskerGTK
public import Tasker

/// A button for a header bar that shows how far the tasks of a manager are: a pie and how many run, with a popover that lists them.
///
/// There when a task has run for half a second, until none runs and the popover is closed. Main actor, as all of GTK. The widget
/// follows the manager as long as it lives, whatever becomes of this object.
///
/// ```swift
/// gtk_header_bar_pack_end(header, TaskIndicator(taskManager).widget)
/// ```
@MainActor
public final class TaskIndicator {
    /// The `GtkWidget *`, which this lends: valid as long as this, or whoever took a reference, such as its parent.
    public let widget: UnsafeMutablePointer<GtkWidget>

    /// Makes an indicator for a manager.
    public init(_ proxy: TaskManagerProxy) {
        // In a box, because only the box's owner may show and hide what stands in a header bar.
        widget = .box(GTK_ORIENTATION_HORIZONTAL, spacing: 0)
        g_object_ref_sink(widget)
        let contents = TaskIndicatorContents(in: widget, proxy)
        widget.attach(contents)
    }

    isolated deinit {
        g_object_unref(widget)
    }
}

/// What a ``TaskIndicator`` consists of; belongs to its widget.
@MainActor
private final class TaskIndicatorContents {
    private let proxy: TaskManagerProxy
    // Children of the widget, which are there until it is destroyed.
    private let button: Widget = gtk_menu_button_new()
    private let popover: Widget = gtk_popover_new()
    private let count: Widget = .label()
    private let pie = ProgressPie()
    private var watch: ActivityWatch?
    private var isShown = false

    private static let listWidth: Int32 = 380
    private static let listHeight: Int32 = 320

    init(in widget: Widget, _ proxy: TaskManagerProxy) {
        self.proxy = proxy
        let face = Widget.box(GTK_ORIENTATION_HORIZONTAL, spacing: 6)
        face.append(pie.widget)
        face.append(count)
        count.addClass("numeric")
        gtk_menu_button_set_child(button.opaque, face)
        gtk_menu_button_set_popover(button.opaque, popover)
        Signals.willPopUp(button) { [weak self] in self?.makeList() }
        button.setVisible(false)
        widget.append(button)
        watch = ActivityWatch(proxy.manager) { [weak self] in self?.show($0) }
        // GTK 4.8 never releases a popover that is open when its window is destroyed; so at least it releases the list.
        Signals.mapped(button) { [button] isMapped in
            if !isMapped { gtk_menu_button_popdown(button.opaque) }
        }
        Signals.closed(popover) { [weak self] in self?.dropList() }
        Signals.destroy(widget) { [weak self] in self?.watch?.close() }
    }

    private func show(_ sight: ActivityWatch.Sight) {
        isShown = sight.isShown
        pie.show(sight.progress)
        count.setLabel(sight.count > 0 ? "\(sight.count)" : "")
        button.setAccessibleLabel(
            sight.count > 0
                ? CountedMessage.runningWithProgress.text(sight.count, ["percent": TaskText.percent(sight.progress)])
                : Message.noneRuns.text
        )
        gtk_widget_set_tooltip_text(button, sight.count > 0 ? sight.summary : nil)
        updateVisibility()
    }

    /// Only while it is open: a list that nobody sees would follow the tasks all the same.
    private func makeList() {
        let list = TaskListView(proxy)
        gtk_widget_set_size_request(list.widget, Self.listWidth, Self.listHeight)
        gtk_popover_set_child(popover.cast(to: GtkPopover.self), list.widget)
    }

    private func dropList() {
        // At its end a popover closes when its parent has let go of it, and its child with it.
        guard gtk_widget_get_parent(popover) != nil else { return }
        gtk_popover_set_child(popover.cast(to: GtkPopover.self), nil)
        updateVisibility()
    }

    /// What somebody looks at does not go.
    private func updateVisibility() {
        button.setVisible(isShown || gtk_widget_get_visible(popover) != 0)
    }
}
