import CTaskerGTK
import GLibMainLoop
import Tasker

/// Makes the rows of a ``TaskListView``, each for a heading or for a task.
///
/// GTK 4.8 has 200 rows where a dozen can be seen, and makes all of them anew when tasks have moved to another section. So a few are
/// filled at once, and the others in turns of the main loop, those first that can be seen; of many that move again soon, most never
/// are. Measured, 100,000 tasks that end one after another, of which one runs at a time: 6 s, with all filled at once 43 s.
@MainActor
final class TaskListRows {
    private let sections: TaskSections
    private let proxy: TaskManagerProxy
    /// The `GtkListItem`s of tasks that nothing is shown of yet, in order.
    private var unfilled: [OpaquePointer] = []
    /// How many were filled in this turn of the main loop.
    private var filledCount = 0
    private var nextTurn: EventSource?

    /// More than a window shows.
    private static let turnLimit = 16
    /// Of a row with its margins, in pixels; it is right when the row can be seen.
    private static let usualHeight: Int32 = 80

    private init(_ sections: TaskSections, _ proxy: TaskManagerProxy) {
        self.sections = sections
        self.proxy = proxy
    }

    isolated deinit {
        nextTurn?.remove()
    }

    /// Returns a `GtkListItemFactory` with a reference, for the items of a model of sections.
    static func makeFactory(_ sections: TaskSections, _ proxy: TaskManagerProxy) -> OpaquePointer? {
        guard let factory = gtk_signal_list_item_factory_new() else { return nil }
        let (object, rows) = (UnsafeMutableRawPointer(factory), TaskListRows(sections, proxy))
        Signals.factory(object, "setup") { item in gtk_list_item_set_activatable(item, 0) }
        Signals.factory(object, "bind") { item in rows.bind(item) }
        Signals.factory(object, "unbind") { item in rows.unbind(item) }
        return factory
    }

    private func bind(_ item: OpaquePointer) {
        if let section = sections.section(headedBy: gtk_list_item_get_item(item)) {
            showHeading(of: section, in: item)
        } else if TaskRowContent.of(gtk_list_item_get_child(item)) != nil {
            showTask(in: item)
        } else if filledCount < Self.turnLimit {
            filledCount += 1
            showTask(in: item)
            runTurns()
        } else {
            showNothing(in: item)
            unfilled.append(item)
            runTurns()
        }
    }

    private func unbind(_ item: OpaquePointer) {
        unfilled.removeAll { $0 == item }
        TaskHeading.of(gtk_list_item_get_child(item))?.forget()
        TaskRowContent.of(gtk_list_item_get_child(item))?.forget()
    }

    // MARK: - Turns

    private func runTurns() {
        guard nextTurn == nil else { return }
        // Not below: where drawing takes all the time they would stay empty; sources of one priority take turns.
        nextTurn = MainContext.default.addIdle(priority: .redraw) { [weak self] in
            MainActor.assumeIsolated { self?.fillSome() ?? .remove }
        }
    }

    private func fillSome() -> SourceContinuation {
        filledCount = 0
        while filledCount < Self.turnLimit, !unfilled.isEmpty {
            filledCount += 1
            showTask(in: unfilled.remove(at: unfilled.firstIndex(where: isSeen) ?? 0))
        }
        guard filledCount == 0 else { return .continue }
        nextTurn = nil
        return .remove
    }

    private func isSeen(_ item: OpaquePointer) -> Bool {
        gtk_list_item_get_child(item).map { gtk_widget_get_mapped($0) != 0 } ?? false
    }

    // MARK: - Contents

    // A row that has been scrolled out of sight is used for any other item, so what it consists of may have to be replaced.

    private func showHeading(of section: TaskSection, in item: OpaquePointer) {
        if TaskHeading.of(gtk_list_item_get_child(item)) == nil {
            gtk_list_item_set_child(item, TaskHeading.makeWidget())
        }
        // Then the heading has the focus and not its row.
        gtk_list_item_set_selectable(item, 0)
        let heading = TaskHeading.of(gtk_list_item_get_child(item))
        heading?.onLabel = { Self.setLabel($0, of: item) }
        heading?.show(section)
    }

    private func showTask(in item: OpaquePointer) {
        if TaskRowContent.of(gtk_list_item_get_child(item)) == nil {
            let row = TaskRow(proxy)
            withExtendedLifetime(row) { gtk_list_item_set_child(item, row.widget) }
        }
        gtk_list_item_set_selectable(item, 1)
        let row = TaskRowContent.of(gtk_list_item_get_child(item))
        row?.onLabel = { Self.setLabel($0, of: item) }
        row?.show(gtk_list_item_get_item(item))
    }

    /// Keeps the place of a task that is shown later.
    private func showNothing(in item: OpaquePointer) {
        let place = Widget.box(GTK_ORIENTATION_VERTICAL, spacing: 0)
        gtk_widget_set_size_request(place, -1, Self.usualHeight)
        gtk_list_item_set_child(item, place)
        gtk_list_item_set_selectable(item, 1)
        Self.setLabel(TaskListModel.task(of: gtk_list_item_get_item(item))?.name ?? "", of: item)
    }

    /// Names the widget of the whole row, which is what a screen reader stops at.
    private static func setLabel(_ label: String, of item: OpaquePointer) {
        gtk_list_item_get_child(item).flatMap { gtk_widget_get_parent($0) }?.setAccessibleLabel(label)
    }
}
