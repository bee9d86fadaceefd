import CTaskerGTK
import Tasker

/// Keeps the application alive while tasks in the list run or wait.
@MainActor
final class ApplicationHold: DesktopPart {
    private let application: UnsafeMutablePointer<GtkApplication>
    private lazy var rest = TaskRest(proxy) { [weak self] in self?.set(false) }
    private let proxy: TaskManagerProxy
    private var isHeld = false

    init(_ application: UnsafeMutablePointer<GtkApplication>, _ proxy: TaskManagerProxy) {
        (self.application, self.proxy) = (application, proxy)
        // From the start: what is submitted when the application is activated is seen when its loop runs, and without a hold or a
        // window there would be no loop.
        set(true)
    }

    func update(_ change: DesktopChange) {
        if rest.isWorking { set(true) } else { rest.check() }
    }

    func look(_ moment: DesktopMoment) {}

    var nextLook: Duration? { nil }

    func close() {
        set(false)
    }

    private func set(_ shouldBeHeld: Bool) {
        guard shouldBeHeld != isHeld else { return }
        isHeld = shouldBeHeld
        if isHeld {
            g_application_hold(application.application)
        } else {
            g_application_release(application.application)
        }
    }
}
