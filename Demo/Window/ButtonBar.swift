import CTaskerGTK
import Tasker
import TaskerGTK

/// The buttons that start and cancel, in as many lines as the width needs.
@MainActor
struct ButtonBar {
    let widget: Widget = gtk_flow_box_new()

    init(_ tasks: DemoTasks) {
        gtk_flow_box_set_selection_mode(widget.opaque, GTK_SELECTION_NONE)
        // Troublemakers have a line of their own.
        gtk_flow_box_set_max_children_per_line(widget.opaque, 6)
        gtk_flow_box_set_min_children_per_line(widget.opaque, 3)
        gtk_flow_box_set_homogeneous(widget.opaque, 1)
        widget.setAccessibleLabel("Start and cancel tasks")
        add("_Scan", "Count the folder’s files: a coroutine") { tasks.startScan() }
        add("Chec_ksum", "Write a SHA-256 manifest of the folder: a thread") { tasks.startChecksum() }
        add("_Render", "Compute a picture: a worker process") { tasks.startRender() }
        add("_Archive", "Pack the folder with tar: a command") { tasks.startArchive() }
        add("Star_t all", "Start the four tasks", style: "suggested-action") { tasks.startAll() }
        add("_Cancel all", "Cancel every task") { taskManager.cancelAll() }
        add("_Fail", "Start a task that fails") { tasks.startFail() }
        add("Cras_h", "Start a task whose worker process crashes") { tasks.startCrash() }
        add("Han_g", "Start a task that does not listen to Cancel: a worker process") { tasks.startHang() }
        add("H_og", "Start a task that takes too much memory: a worker process with a limit") { tasks.startHog() }
        add("St_ubborn", "Start a program that ignores being ended: a command") { tasks.startStubborn() }
    }

    private func add(
        _ label: String,
        _ explanation: String,
        style: String? = nil,
        _ action: @escaping @MainActor @Sendable () -> Void
    ) {
        let button: Widget = gtk_button_new_with_mnemonic(label)
        gtk_widget_set_tooltip_text(button, explanation)
        // GTK 4.8 names a button by its text, underscore included, and by its label as well: “_Scan Scan”.
        gtk_accessible_reset_property(button.opaque, GTK_ACCESSIBLE_PROPERTY_LABEL)
        if let style { button.addClass(style) }
        Signals.clicked(button, action)
        gtk_flow_box_insert(widget.opaque, button, -1)
        // The button takes the focus; its cell would be a second stop of the Tab key.
        gtk_widget_set_focusable(gtk_widget_get_parent(button), 0)
    }
}
