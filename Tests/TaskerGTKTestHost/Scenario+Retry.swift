import CTaskerGTK
import GLibMainLoop
import Tasker
import TaskerGTK
import TestSupport

extension Scenario {
    func retry() {
        let stage = Stage()
        let row = stage.makeRow()
        let tasks = [
            stage.proxy.runThread(name: "a", options: .retryable) { _ in try fail() },
            stage.proxy.runThread(name: "b") { _ in try fail() },
            stage.proxy.runThread(name: "c", options: .retryable) { _ in },
        ]
        stage.settle()
        for position in tasks.indices {
            let item = stage.takeItem(position)
            row.object.show(item)
            g_object_unref(item)
            print(stage.state(of: tasks[position]), row.buttons.map(\.label))
        }
        let item = stage.takeItem(0)
        row.object.show(item)
        g_object_unref(item)
        row.press("view-refresh-symbolic")
        stage.settle()
        // The new one is another; this row still shows the old one, which cannot be started again.
        print(stage.state(of: tasks[0]), stage.proxy.tasks.map(\.name), row.buttons.map(\.label))
        // What has been removed cannot be either.
        let last = stage.takeItem(2)
        row.object.show(last)
        g_object_unref(last)
        stage.proxy.removeFinishedTasks()
        row.press("view-refresh-symbolic")
        stage.dispatch()
        print(stage.proxy.tasks.map(\.name), row.buttons.map(\.label))
        gtk_window_destroy(row.window)
    }
}

private struct Failure: Error {}

private func fail() throws {
    throw Failure()
}
