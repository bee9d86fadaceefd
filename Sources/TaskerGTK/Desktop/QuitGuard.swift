import CTaskerGTK
import GLibMainLoop
import Tasker

/// Ends the application when that may be, and asks first.
@MainActor
final class QuitGuard {
    // Lent; at the application's end nobody can ask for it any more.
    private let application: UnsafeMutablePointer<GtkApplication>
    private let proxy: TaskManagerProxy
    private var dialog: QuitDialog?
    private var isEnding = false
    /// Quits when nothing runs any more.
    private var waiter: SignalConnection?

    init(_ application: UnsafeMutablePointer<GtkApplication>, _ proxy: TaskManagerProxy) {
        (self.application, self.proxy) = (application, proxy)
    }

    /// The action that menus and keys quit an application with.
    func addAction() {
        guard g_action_map_lookup_action(OpaquePointer(application), "quit") == nil else { return }
        // The action is the application's, and with it what it does.
        application.addAction("quit") { [self] in quit() }
    }

    func quit() {
        guard !isEnding else { return }
        if let dialog { return dialog.present() }
        guard hasTasks else { return end() }
        waiter?.disconnect()
        waiter = nil
        dialog = QuitDialog(of: application, summary: summary) { [weak self] in self?.answer($0) }
        dialog?.present()
    }

    private func answer(_ answer: QuitDialog.Answer) {
        dialog = nil
        switch answer {
        case .stay: break
        case .wait: wait()
        case .cancel: end()
        case .quitAnyway:
            isEnding = true
            g_application_quit(application.application)
        }
    }

    private var hasTasks: Bool {
        proxy.tasks.count > proxy.manager.finishedCount
    }

    private var summary: String {
        let tasks = proxy.tasks.lazy.filter { !$0.state.isTerminal }
        return TaskText.summary(tasks.first?.name ?? "", of: proxy.tasks.count - proxy.manager.finishedCount)
    }

    private func wait() {
        guard hasTasks else { return end() }
        waiter = proxy.tasksUpdated.connect { [weak self] _, _ in
            guard let self, !hasTasks else { return }
            end()
        }
    }

    private func end() {
        guard !isEnding else { return }
        isEnding = true
        waiter?.disconnect()
        // The application has to be there at the end of a shutdown that takes time.
        let application = application
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
