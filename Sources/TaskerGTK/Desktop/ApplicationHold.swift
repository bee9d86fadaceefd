import CTaskerGTK
import Tasker

/// Keeps the application alive while tasks in the list run or wait.
@MainActor
final class ApplicationHold: DesktopPart {
    private let application: UnsafeMutablePointer<GtkApplication>
    private let manager: TaskManager
    private var isHeld = false

    init(_ application: UnsafeMutablePointer<GtkApplication>, _ manager: TaskManager) {
        (self.application, self.manager) = (application, manager)
    }

    func update(_ change: DesktopChange) {
        let isNeeded = change.tasks.count > manager.finishedCount
        guard isNeeded != isHeld else { return }
        isHeld = isNeeded
        if isNeeded {
            g_application_hold(application.application)
        } else {
            g_application_release(application.application)
        }
    }

    func look(_ moment: DesktopMoment) {}

    var nextLook: Duration? { nil }

    func close() {
        guard isHeld else { return }
        isHeld = false
        g_application_release(application.application)
    }
}
