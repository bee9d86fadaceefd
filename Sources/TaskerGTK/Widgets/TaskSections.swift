import CTaskerGTK
import Tasker

/// The model of a ``TaskListView``: sections one after another, as one list of headings and tasks.
///
/// GTK's own sections came with 4.12. Nothing is made for a task until somebody asks for its item.
@MainActor
final class TaskSections {
    /// The `GListModel *`, valid as long as this or whoever took a reference.
    let model: OpaquePointer
    private let sections: [TaskSection]

    init(of manager: TaskManager) {
        sections = TaskSection.Kind.allCases.map { TaskSection($0, of: manager) }
        let parts = g_list_store_new(g_list_model_get_type())
        for section in sections {
            g_list_store_append(parts, UnsafeMutableRawPointer(section.heading))
            g_list_store_append(parts, section.tasks.object)
        }
        model = gtk_flatten_list_model_new(parts)
    }

    isolated deinit {
        g_object_unref(UnsafeMutableRawPointer(model))
    }

    /// The section whose heading an item of the model is; nil for a task.
    func section(headedBy item: UnsafeMutableRawPointer?) -> TaskSection? {
        sections.first { UnsafeMutableRawPointer($0.tasks.object) == item }
    }
}
