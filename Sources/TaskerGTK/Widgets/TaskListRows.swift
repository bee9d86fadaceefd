import CTaskerGTK
import Tasker

/// Makes the rows of a ``TaskListView``, each for a heading or for a task.
@MainActor
enum TaskListRows {
    /// Returns a `GtkListItemFactory` with a reference, for the items of a model of sections.
    static func makeFactory(_ sections: TaskSections, _ proxy: TaskManagerProxy) -> OpaquePointer? {
        guard let factory = gtk_signal_list_item_factory_new() else { return nil }
        let object = UnsafeMutableRawPointer(factory)
        Signals.factory(object, "setup") { item in gtk_list_item_set_activatable(item, 0) }
        Signals.factory(object, "bind") { item in
            if let section = sections.section(headedBy: gtk_list_item_get_item(item)) {
                showHeading(of: section, in: item)
            } else {
                showTask(in: item, proxy)
            }
        }
        Signals.factory(object, "unbind") { item in
            TaskHeading.of(gtk_list_item_get_child(item))?.forget()
            TaskRowContent.of(gtk_list_item_get_child(item))?.forget()
        }
        return factory
    }

    // A row that has been scrolled out of sight is used for any other item, so what it consists of may have to be replaced.

    private static func showHeading(of section: TaskSection, in item: OpaquePointer) {
        if TaskHeading.of(gtk_list_item_get_child(item)) == nil {
            gtk_list_item_set_child(item, TaskHeading.makeWidget())
        }
        // Then the heading has the focus and not its row.
        gtk_list_item_set_selectable(item, 0)
        let heading = TaskHeading.of(gtk_list_item_get_child(item))
        heading?.onLabel = { setLabel($0, of: item) }
        heading?.show(section)
    }

    private static func showTask(in item: OpaquePointer, _ proxy: TaskManagerProxy) {
        if TaskRowContent.of(gtk_list_item_get_child(item)) == nil {
            let row = TaskRow(proxy)
            withExtendedLifetime(row) { gtk_list_item_set_child(item, row.widget) }
        }
        gtk_list_item_set_selectable(item, 1)
        let row = TaskRowContent.of(gtk_list_item_get_child(item))
        row?.onLabel = { setLabel($0, of: item) }
        row?.show(gtk_list_item_get_item(item))
    }

    /// Names the widget of the whole row, which is what a screen reader stops at.
    private static func setLabel(_ label: String, of item: OpaquePointer) {
        gtk_list_item_get_child(item).flatMap { gtk_widget_get_parent($0) }?.setAccessibleLabel(label)
    }
}
