import CTaskerGTK
import Dispatch
import GLibMainLoop
import Tasker
import TaskerGTK
import TestSupport

@MainActor
enum Scenario: String, CaseIterable {
    /// A row goes while its task runs.
    case row
    /// A row shows a task, then another one, then none.
    case rebind
    /// A window with an indicator goes while its popover is open.
    case popover
    /// The same after the popover was closed.
    case popoverClosed = "popover-closed"
    /// Somebody keeps a model.
    case leak
    /// A window with a list goes while tasks run.
    case list
    /// A list of very many tasks.
    case many
    /// A list whose tasks move from section to section.
    case sections
    /// The keyboard's focus moves over headings, and rows move while it is in them.
    case focus
    /// Rows move while somebody looks at the first ones, or at others.
    case scroll
    /// A row's button starts its task again.
    case retry
    /// A window goes, and the tasks that are tied to it are cancelled.
    case destroy
    /// Tasks that are tied to a window end before it goes.
    case ties

    func run() {
        switch self {
        case .row: row()
        case .rebind: rebind()
        case .popover: popover(isClosed: false)
        case .popoverClosed: popover(isClosed: true)
        case .leak: leak()
        case .list: list()
        case .many: many()
        case .sections: sections()
        case .focus: focus()
        case .scroll: scroll()
        case .retry: retry()
        case .destroy: destroy()
        case .ties: ties()
        }
    }

    private func row() {
        let stage = Stage()
        let task = stage.startGated("a")
        var row: Stage.Row? = stage.makeRow()
        let (window, watch) = (row?.window, row?.watch)
        let item = stage.takeItem(0)
        row?.object.show(item)
        print("item", stage.liveItems)
        // Of the window; the row's object still has the widget.
        gtk_window_destroy(window)
        stage.dispatch()
        task.pause()
        MainContext.default.iterate { stage.proxy.tasks[id: task.id]?.isPaused == true }
        print("row", watch?.live ?? -1, "label", row?.labels.contains("paused") == true)
        // Whoever destroys it takes its children away, although it is still there.
        row.map {
            g_object_run_dispose(UnsafeMutableRawPointer($0.object.widget).assumingMemoryBound(to: GObject.self))
        }
        task.resume()
        MainContext.default.iterate { stage.proxy.tasks[id: task.id]?.isPaused == false }
        row?.object.show(item)
        g_object_unref(item)
        print("row", watch?.live ?? -1, "item", stage.liveItems, "state", stage.state(of: task))
        row = nil
        stage.open()
        stage.settle()
        print("state", stage.state(of: task))
    }

    private func popover(isClosed: Bool) {
        let stage = Stage()
        let task = stage.startGated("a")
        let indicator = stage.makeIndicator()
        // It comes when the task has run long enough.
        MainContext.default.iterate { gtk_widget_get_visible(indicator.button) != 0 }
        gtk_menu_button_popup(OpaquePointer(indicator.button))
        MainContext.default.iterate { TaskListModel.itemCount == 1 }
        if isClosed {
            stage.drawFrames(3)
            gtk_menu_button_popdown(OpaquePointer(indicator.button))
            MainContext.default.iterate { TaskListModel.itemCount == 0 }
            stage.drawFrames(3)
        }
        gtk_window_destroy(indicator.window)
        stage.dispatch()
        print("indicator", indicator.watch.live, "items", TaskListModel.itemCount, "state", stage.state(of: task))
        stage.open()
        stage.settle()
    }

    /// What counts objects at the end has to see it.
    private func leak() {
        let model = TaskListModel(TaskManagerProxy().manager)
        g_object_ref(UnsafeMutableRawPointer(model.pointer))
    }

    private func rebind() {
        let stage = Stage()
        _ = stage.startGated("a")
        stage.proxy.runThread(name: "b") { _ in }
        MainContext.default.iterate { stage.proxy.tasks.count == 2 }
        let row = stage.makeRow()
        for position in [0, 1] {
            let item = stage.takeItem(position)
            row.object.show(item)
            g_object_unref(item)
            print("labels", row.labels.prefix(2).joined(separator: " "), "items", stage.liveItems)
        }
        // Something that is no task shows nothing, and harms nothing.
        for nothing in [nil, UnsafeMutableRawPointer(row.object.widget)] {
            row.object.show(nothing)
            print("labels", row.labels.prefix(2), "items", stage.liveItems)
        }
        stage.open()
        stage.settle()
        gtk_window_destroy(row.window)
    }

    private func list() {
        let stage = Stage()
        let task = stage.startGated("a")
        for index in 0..<50 { stage.proxy.runThread(name: "\(index)") { _ in } }
        MainContext.default.iterate { stage.proxy.tasks.count == 51 }
        let list = stage.makeList()
        stage.drawFrames(3)
        print("items", TaskListModel.itemCount > 0 ? "some" : "none")
        gtk_window_destroy(list.window)
        stage.dispatch()
        print("list", list.watch.live, "items", TaskListModel.itemCount, "state", stage.state(of: task))
        stage.open()
        stage.settle()
        print("state", stage.state(of: task))
    }

    private func many() {
        let stage = Stage()
        let task = stage.startGated("first")
        let list = stage.makeList()
        for index in 0..<2000 { stage.proxy.runThread(name: "\(index)") { _ in } }
        MainContext.default.iterate { stage.proxy.tasks.count == 2001 }
        stage.drawFrames(3)
        let waiting = TaskListModel.itemCount
        print("waiting", waiting > 0 && waiting < 1000 ? "few" : "\(waiting)")
        stage.proxy.cancelAll()
        stage.open()
        stage.settle()
        stage.drawFrames(3)
        let ended = TaskListModel.itemCount
        print("ended", ended > 0 && ended < 1000 ? "few" : "\(ended)")
        gtk_window_destroy(list.window)
        stage.dispatch()
        print("items", TaskListModel.itemCount, "state", stage.state(of: task))
    }

    private func sections() {
        let stage = Stage()
        let list = stage.makeList()
        print(stage.rows(of: list.window))
        let first = stage.startGated("first")
        print(stage.rows(of: list.window))
        let waiting = ["a", "b"].map { name in stage.proxy.runThread(name: name) { _ in } }
        MainContext.default.iterate { stage.proxy.tasks.count == 3 }
        print(stage.rows(of: list.window))
        // One that is held while it waits still waits.
        waiting[1].pause()
        MainContext.default.iterate { stage.proxy.tasks[id: waiting[1].id]?.isPaused == true }
        waiting[0].cancel()
        MainContext.default.iterate { stage.state(of: waiting[0]) == "cancelled" }
        print(stage.rows(of: list.window))
        first.pause()
        MainContext.default.iterate { stage.proxy.tasks[id: first.id]?.isPaused == true }
        print(stage.rows(of: list.window))
        for task in [first, waiting[1]] { task.resume() }
        stage.open()
        stage.settle()
        print(stage.rows(of: list.window))
        stage.proxy.removeFinishedTasks()
        MainContext.default.iterate { stage.proxy.tasks.isEmpty }
        print(stage.rows(of: list.window))
        gtk_window_destroy(list.window)
    }

    private func focus() {
        let stage = Stage()
        let list = stage.makeList()
        let first = stage.startGated("first")
        let waiting = ["a", "b", "c"].map { name in stage.proxy.runThread(name: name) { _ in } }
        MainContext.default.iterate { stage.proxy.tasks.count == 4 }
        stage.drawFrames(3)
        print("focus", stage.focusButton("window-close-symbolic", of: "first", in: list.window), terminator: "")
        for _ in 0..<3 {
            stage.moveFocusDown(in: list.window)
            print(",", stage.focusedRow(in: list.window), terminator: "")
        }
        print()
        for task in waiting.reversed() + [first] {
            print("focus", stage.focusButton("window-close-symbolic", of: task.name, in: list.window), terminator: " ")
            task.cancel()
            if task.id == first.id { stage.open() }
            MainContext.default.iterate { stage.state(of: task) == "cancelled" }
            stage.drawFrames(3)
            MainContext.default.iterate { stage.focusedRow(in: list.window) != "nothing" }
            print("then", stage.focusedRow(in: list.window))
        }
        print(stage.rows(of: list.window))
        gtk_window_destroy(list.window)
    }

    private func scroll() {
        let stage = Stage()
        let list = stage.makeList()
        let first = stage.startGated("first")
        let waiting = (0..<100).map { index in stage.proxy.runThread(name: "\(index)") { _ in } }
        MainContext.default.iterate { stage.proxy.tasks.count == 101 }
        stage.drawFrames(3)
        print("top", stage.scrollPosition(in: list.window))
        stage.scrollDown(by: 1000, in: list.window)
        // Rows are filled a few at a time.
        MainContext.default.iterate { stage.areRowsFilled(in: list.window) }
        guard let seen = stage.rowInSight(in: list.window) else { return print("Nothing is in sight.") }
        // Above what is seen, and below it.
        for task in [waiting[0], waiting[99], waiting[1]] {
            task.cancel()
            MainContext.default.iterate { stage.state(of: task) == "cancelled" }
            stage.drawFrames(3)
        }
        print("stays", stage.rowInSight(in: list.window) == seen ? "yes" : "no")
        stage.scrollToTop(in: list.window)
        first.cancel()
        for task in waiting { task.cancel() }
        stage.open()
        stage.settle()
        stage.drawFrames(3)
        print("top", stage.scrollPosition(in: list.window))
        print(stage.rows(of: list.window).prefix(21))
        gtk_window_destroy(list.window)
    }
}
