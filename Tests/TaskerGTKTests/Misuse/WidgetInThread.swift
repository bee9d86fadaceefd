import CTaskerGTK
import Tasker
import TaskerGTK

@MainActor
func widgetInThread(_ list: TaskListView, _ row: TaskRow) {
    taskManager.runThread { _ in
        _ = TaskRow(taskManager)  // error: main actor-isolated initializer
        _ = list.widget  // error: main actor-isolated property 'widget'
        row.show(nil)  // error: main actor-isolated instance method 'show'
    }
}
