import CTaskerGTK
import Tasker
import TaskerGTK

func tieInThread(_ window: @escaping @Sendable () -> UnsafeMutablePointer<GtkWidget>) {
    taskManager.runThread { _ in
        taskManager.runThread { _ in }.cancelWhenDestroyed(window())  // error: main actor-isolated instance method
    }
}
