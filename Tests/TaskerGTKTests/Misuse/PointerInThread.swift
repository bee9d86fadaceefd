import CTaskerGTK
import Tasker
import TaskerGTK

@MainActor
func pointerInThread(_ widget: UnsafeMutablePointer<GtkWidget>) {
    taskManager.runThread { _ in
        gtk_widget_hide(widget)  // error: non-Sendable type
    }
}
