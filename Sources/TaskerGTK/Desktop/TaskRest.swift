import GLibMainLoop
import Tasker

/// Says when no task in a manager's list runs or waits any more.
///
/// Not at the end of the last one, whose `whenDone` may submit the next: behind everything that the manager has to tell.
@MainActor
final class TaskRest {
    private let proxy: TaskManagerProxy
    private let handler: @MainActor () -> Void
    private var look: EventSource?

    init(_ proxy: TaskManagerProxy, _ handler: @escaping @MainActor () -> Void) {
        (self.proxy, self.handler) = (proxy, handler)
    }

    isolated deinit {
        look?.remove()
    }

    /// Whether tasks run or wait.
    var isWorking: Bool {
        proxy.tasks.count > proxy.manager.finishedCount
    }

    /// Calls the handler, not before this has returned, unless tasks run or wait by then.
    func check() {
        guard !isWorking, look == nil else { return }
        look = MainContext.default.addIdle(priority: .defaultIdle) { [weak self] in
            MainActor.assumeIsolated {
                self?.look = nil
                if self?.isWorking == false { self?.handler() }
            }
            return .remove
        }
    }
}
