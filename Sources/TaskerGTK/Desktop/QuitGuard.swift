import CTaskerGTK
import GLibMainLoop
import Tasker

/// Ends the application when that may be, and asks first.
@MainActor
final class QuitGuard {
    /// Lent; nil: it has ended.
    private var application: UnsafeMutablePointer<GtkApplication>?
    private let proxy: TaskManagerProxy
    private lazy var rest = TaskRest(proxy) { [weak self] in self?.endIfAsked() }
    private weak var dialog: QuitDialog?
    private var isEnding = false
    /// It quits when no task is left.
    private var waiter: SignalConnection?

    init(_ application: UnsafeMutablePointer<GtkApplication>, _ proxy: TaskManagerProxy) {
        (self.application, self.proxy) = (application, proxy)
    }

    /// The action that menus and keys quit an application with.
    func addAction() {
        guard let application, g_action_map_lookup_action(OpaquePointer(application), "quit") == nil else { return }
        application.addAction("quit") { [weak self] in self?.quit() }
    }

    func close() {
        application = nil
        waiter?.disconnect()
        waiter = nil
        dialog?.close()
    }

    func quit() {
        guard let application, !isEnding else { return }
        if let dialog { return dialog.present() }
        guard rest.isWorking else { return end() }
        let tasks = proxy.tasks.lazy.filter { !$0.state.isTerminal }
        let summary = TaskText.summary(tasks.first?.name ?? "", of: proxy.tasks.count - proxy.manager.finishedCount)
        dialog = QuitDialog.open(in: application, summary: summary) { [weak self] in self?.answer($0) }
    }

    private func answer(_ answer: QuitDialog.Answer) {
        // Its window may be there for longer: assistive technologies keep it.
        dialog = nil
        switch answer {
        case .stay:
            waiter?.disconnect()
            waiter = nil
        case .wait: wait()
        case .cancel: end()
        case .quitAnyway:
            isEnding = true
            application.map { g_application_quit($0.application) }
        }
    }

    private func wait() {
        rest.check()
        guard waiter == nil else { return }
        waiter = proxy.tasksUpdated.connect { [weak self] _, _ in self?.rest.check() }
    }

    private func endIfAsked() {
        guard waiter != nil else { return }
        dialog?.close()
        dialog = nil
        end()
    }

    private func end() {
        guard let application, !isEnding else { return }
        isEnding = true
        waiter?.disconnect()
        waiter = nil
        application.hideWindows()
        // The application has to be there at the end of that.
        g_object_ref(UnsafeMutableRawPointer(application))
        // No task may have been there that has.
        MainQueueBridge.install()
        Task { @MainActor in
            await proxy.shutdown(waitingFor: .zero)
            g_application_quit(application.application)
            g_object_unref(UnsafeMutableRawPointer(application))
        }
    }
}
