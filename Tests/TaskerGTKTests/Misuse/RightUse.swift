import CTaskerGTK
import Tasker
import TaskerGTK

// What is right compiles, so that what does not compile beside it is refused for what is wrong with it.
@MainActor
func rightUse(_ window: UnsafeMutablePointer<GtkWidget>, _ item: UnsafeMutableRawPointer?) {
    let row = TaskRow(taskManager)
    row.show(item)
    taskManager.runThread { context in
        context.setProgress(0.5)
    } whenDone: { task in
        gtk_widget_set_sensitive(row.widget, task.error == nil ? 1 : 0)
    }
    .cancelWhenDestroyed(window)
    taskManager.addCoroutine { _ in
        await row.show(nil)
        await MainActor.run { gtk_widget_hide(row.widget) }
    }
}
