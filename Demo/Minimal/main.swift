import CTaskerGTK
import GLibMainLoop
import Tasker

/// Estimates π by throwing darts at a square.
func estimatePi(darts: Int, _ context: ExecutionContext) throws -> Double {
    try context.setTotal(darts)
    var hits = 0
    for dart in 1...darts {
        let (x, y) = (Double.random(in: -1...1), Double.random(in: -1...1))
        if x * x + y * y <= 1 { hits += 1 }
        try context.checkCancellation()
        context.setProgress(dart)
    }
    return 4 * Double(hits) / Double(darts)
}

// What `GTK_WINDOW(widget)` and `g_signal_connect(…)` are in C: macros, which Swift does not see.
func cast<Type>(_ widget: UnsafeMutablePointer<GtkWidget>?) -> UnsafeMutablePointer<Type>? {
    UnsafeMutableRawPointer(widget)?.assumingMemoryBound(to: Type.self)
}
func connect(_ widget: UnsafeMutablePointer<GtkWidget>?, _ signal: String, _ handler: GCallback) {
    g_signal_connect_data(widget, signal, handler, nil, nil, GConnectFlags(0))
}

gtk_init()
let loop = MainLoop()
let window = gtk_window_new()
let box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12)
let button = gtk_button_new_with_label("Estimate π")
let bar = gtk_progress_bar_new()
let margins = [
    gtk_widget_set_margin_top, gtk_widget_set_margin_end, gtk_widget_set_margin_bottom, gtk_widget_set_margin_start,
]
for setMargin in margins { setMargin(box, 12) }
gtk_window_set_title(cast(window), "Tasker")
gtk_window_set_titlebar(cast(window), gtk_header_bar_new())
gtk_window_set_default_size(cast(window), 320, -1)
gtk_window_set_child(cast(window), box)
gtk_box_append(cast(box), button)
gtk_box_append(cast(box), bar)
gtk_progress_bar_set_show_text(OpaquePointer(bar), 1)

connect(button, "clicked") {
    taskManager.runThread(key: "pi") { context in
        try estimatePi(darts: 2_000_000, context)
    } whenDone: { task in
        if case .success(let pi)? = task.result { gtk_window_set_title(cast(window), "π ≈ \(pi)") }
    }
}
taskManager.tasksUpdated.connect { tasks, _ in
    gtk_progress_bar_set_fraction(OpaquePointer(bar), tasks.last?.progress ?? 0)
}
connect(window, "destroy") { loop.quit() }

gtk_window_present(cast(window))
loop.run()
