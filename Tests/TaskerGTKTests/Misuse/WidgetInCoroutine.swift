import CTaskerGTK
import Tasker
import TaskerGTK

@MainActor
func widgetInCoroutine(_ list: TaskListView, _ row: TaskRow) {
    taskManager.addCoroutine { _ in
        _ = TaskRow(taskManager)  // error: main actor-isolated initializer
        _ = list.widget  // error: main actor-isolated property 'widget'
        row.show(nil)  // error: main actor-isolated instance method 'show'
    }
}
