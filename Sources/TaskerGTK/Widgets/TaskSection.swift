import CTaskerGTK
import Tasker

/// A part of a ``TaskListView``: the tasks of some states, and above them a heading, while there are any.
@MainActor
final class TaskSection {
    /// The parts, in the order in which they stand.
    enum Kind: CaseIterable {
        case running
        case waiting
        case finished
    }

    let kind: Kind
    let tasks: TaskListModel
    /// A `GListStore` of no item or of one, which stands for the heading: the model of the tasks itself, because it says how many they
    /// are and notifies when that changes.
    let heading: OpaquePointer
    private var handler: gulong = 0

    init(_ kind: Kind, of manager: TaskManager) {
        self.kind = kind
        tasks = TaskListModel(manager, states: kind.states, order: kind.order)
        heading = g_list_store_new(g_list_model_get_type())
        handler = Signals.notified(tasks.object, TaskListModel.countProperty) { [weak self] in self?.updateHeading() }
        updateHeading()
    }

    isolated deinit {
        Signals.disconnect(tasks.object, handler)
        g_object_unref(UnsafeMutableRawPointer(heading))
    }

    private func updateHeading() {
        let isNeeded = g_list_model_get_n_items(tasks.pointer) > 0
        guard isNeeded != (g_list_model_get_n_items(heading) > 0) else { return }
        if isNeeded { g_list_store_append(heading, tasks.object) } else { g_list_store_remove_all(heading) }
    }
}

extension TaskSection.Kind {
    fileprivate var states: Set<TaskState> {
        switch self {
        case .running: [.running]
        case .waiting: [.pending]
        case .finished: Set(TaskState.allCases.filter(\.isTerminal))
        }
    }

    fileprivate var order: TaskOrder {
        switch self {
        // Those that begin next stand first.
        case .running, .waiting: .oldestFirst
        case .finished: .newestFirst
        }
    }
}
