import CTaskerGTK
import GLibMainLoop
import Glibc
import Tasker
import TaskerGTK

/// The demo in a window: a `GtkApplication` whose loop runs everything.
@MainActor
final class DemoApplication {
    private let workplace: Workplace
    private let application: UnsafeMutablePointer<GtkApplication>
    private let desktop: DesktopIntegration
    private var window: DemoWindow?
    private var isEnding = false
    private var status: Int32 = 0

    /// - Throws: A ``DemoError`` when there is no display.
    init(workplace: Workplace) throws {
        // Cairo draws only what has changed. OpenGL in software takes a whole processor for the same (104 % against 4 %
        // at 1200 × 700), which is one that the tasks lack.
        g_setenv("GSK_RENDERER", "cairo", 0)
        guard gtk_init_check() != 0 else {
            throw DemoError("There is no display to open a window on; with --headless none is needed.")
        }
        self.workplace = workplace
        // Each window is about a folder of its own, so a second start is not the first one's business.
        application = gtk_application_new("io.github.tasker.Demo", G_APPLICATION_NON_UNIQUE)
        desktop = DesktopIntegration(application: application, manager: taskManager)
    }

    isolated deinit {
        g_object_unref(application)
    }

    /// Returns the exit status when the window was closed and every task has ended.
    func run() -> Int32 {
        MainQueueBridge.install()
        for number in [SIGINT, SIGTERM] {
            MainContext.default.addSignal(number) { [weak self] in
                MainActor.assumeIsolated { self?.end(status: 128 + number) }
                return .continue
            }
        }
        Signals.activate(application) { [weak self] in self?.openWindow() }
        Signals.shutdown(application) { [weak self] in self?.closeWindow() }
        let result = g_application_run(gApplication, 0, nil)
        return status != 0 ? status : result
    }

    private var gApplication: UnsafeMutablePointer<GApplication> {
        UnsafeMutableRawPointer(application).assumingMemoryBound(to: GApplication.self)
    }

    private func openWindow() {
        guard window == nil else { return }
        PictureArea.style.install()
        let window = DemoWindow(application, workplace: workplace)
        self.window = window
        Signals.closeRequest(window.widget) { [desktop] in desktop.quit() }
        gtk_window_present(window.window)
    }

    /// Only now: tasks that still end may show something.
    private func closeWindow() {
        if let window { gtk_window_destroy(window.window) }
        window = nil
    }

    /// Hides the window at once; leaves when no task and no process is left.
    private func end(status: Int32) {
        guard !isEnding else { return }
        isEnding = true
        self.status = status
        if let window { gtk_widget_hide(window.widget) }
        Task { @MainActor in
            await taskManager.shutdown(waitingFor: .zero)
            g_application_quit(gApplication)
        }
    }
}
