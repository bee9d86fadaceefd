import CTaskerGTK
import Dispatch
import GLibMainLoop
import Tasker
import TaskerGTK
import TestSupport

/// An application with a manager whose clock stands still, and the desktop around it.
@MainActor
final class DesktopStage {
    let proxy: TaskManagerProxy
    let application: UnsafeMutablePointer<GtkApplication>
    let desktop: DesktopIntegration
    private let clock: ManualClock
    private var gates: [TaskID: DispatchSemaphore] = [:]

    init(_ parts: DesktopIntegration.Parts) {
        let clock = ManualClock()
        self.clock = clock
        var configuration = TaskManagerConfiguration()
        configuration.clock = clock
        configuration.maximumThreads = 64
        // That is real time.
        configuration.publicationInterval = .zero
        configuration.finishedTaskLimit = .max
        proxy = TaskManagerProxy(configuration: configuration)
        application = gtk_application_new("io.github.tasker.Test", G_APPLICATION_DEFAULT_FLAGS)
        desktop = DesktopIntegration(
            application: application,
            manager: proxy,
            parts: parts,
            now: { clock.now.offset }
        )
        // GTK never lets go of the connection to the bus when a window outlives the application's run.
        Signals.shutdown(application) { [unowned self] in
            for window in windows {
                gtk_window_destroy(UnsafeMutableRawPointer(window).assumingMemoryBound(to: GtkWindow.self))
            }
        }
    }

    /// Lets go of the application and of the services.
    func close() {
        MainContext.default.dispatchPending()
        g_object_unref(UnsafeMutableRawPointer(application))
        FakeService.endAll()
        FakeListener.endAll()
        // The bus has still to tell that it is not listened to any more.
        MainContext.default.dispatchPending()
    }

    // MARK: - The application

    var gApplication: UnsafeMutablePointer<GApplication> {
        UnsafeMutableRawPointer(application).assumingMemoryBound(to: GApplication.self)
    }

    /// Its connection, if there is a bus.
    var connection: OpaquePointer? {
        g_application_get_dbus_connection(gApplication)
    }

    @discardableResult
    func makeWindow() -> UnsafeMutablePointer<GtkWindow> {
        guard let widget = gtk_application_window_new(application) else { fatalError("GTK made no window.") }
        let window = UnsafeMutableRawPointer(widget).assumingMemoryBound(to: GtkWindow.self)
        gtk_window_present(window)
        return window
    }

    // MARK: - Tasks

    /// A task that runs until ``end(_:)``.
    func start(
        _ name: String,
        _ options: TaskOptions = [],
        failing error: (any Error)? = nil
    ) -> TaskHandle<Void> {
        let (gate, begun) = (DispatchSemaphore(value: 0), Journal<Void>())
        let task = proxy.runThread(name: name, options: options) { _ in
            begun.append(())
            gate.wait()
            if let error { throw error }
        }
        gates[task.id] = gate
        // A task that is cancelled between its start and its body has none.
        MainContext.default.iterate { proxy.tasks[id: task.id]?.state == .running && begun.count == 1 }
        return task
    }

    /// Lets its body end.
    func open(_ task: TaskHandle<Void>) {
        gates[task.id]?.signal()
    }

    func end(_ task: TaskHandle<Void>) {
        open(task)
        MainContext.default.iterate { proxy.tasks[id: task.id]?.state.isTerminal == true }
    }

    /// Lets time pass, for tasks and for the desktop.
    func advance(by duration: Duration) {
        clock.advance(by: duration)
        desktop.look()
    }
}

extension DesktopStage {
    /// Runs the application, and `body` in its loop.
    ///
    /// - Parameters:
    ///   - withWindow: Whether it has a window.
    ///   - isHeld: Whether it stays, without one, until `body` returns.
    func run(withWindow: Bool = false, isHeld: Bool = true, _ body: @escaping @MainActor () -> Void) {
        var hasBegun = false
        Signals.activate(application) { [self] in
            // A click on a notification activates it too.
            guard !hasBegun else { return print("activated") }
            hasBegun = true
            if withWindow { makeWindow() }
            if isHeld { g_application_hold(gApplication) }
            // Behind the activation, at whose end an application that nothing holds quits.
            MainContext.default.addIdle { [self] in
                MainActor.assumeIsolated {
                    body()
                    if isHeld { g_application_release(gApplication) }
                }
                return .remove
            }
        }
        g_application_run(gApplication, 0, nil)
    }

    /// Runs the application, and `body` when it is activated.
    func runAtOnce(_ body: @escaping @MainActor () -> Void) {
        Signals.activate(application, body)
        g_application_run(gApplication, 0, nil)
    }

    /// Its windows that are there.
    var windows: [UnsafeMutablePointer<GtkWidget>] {
        var windows: [UnsafeMutablePointer<GtkWidget>] = []
        var element = gtk_application_get_windows(application)
        while let each = element {
            if let window = each.pointee.data { windows.append(window.assumingMemoryBound(to: GtkWidget.self)) }
            element = each.pointee.next
        }
        return windows
    }

    /// Presses a button in any of its windows.
    func press(_ label: String) {
        for window in windows {
            guard let button = window.descendants.first(where: { $0.buttonLabel == label }) else { continue }
            return emit("clicked", of: button, gtk_button_get_type())
        }
        fatalError("There is no button “\(label)”.")
    }

    /// Emits a signal without arguments.
    private func emit(_ signal: String, of object: UnsafeMutableRawPointer, _ type: GType) {
        var instance = GValue()
        g_value_init(&instance, type)
        g_value_set_object(&instance, object)
        g_signal_emitv(&instance, g_signal_lookup(signal, type), 0, nil)
        g_value_unset(&instance)
    }
}

extension UnsafeMutablePointer where Pointee == GtkWidget {
    /// All that is below this, in order.
    var descendants: [Self] {
        var (all, next) = ([Self](), gtk_widget_get_first_child(self))
        while let child = next {
            all += [child] + child.descendants
            next = gtk_widget_get_next_sibling(child)
        }
        return all
    }

    /// The label of a button, or the name of its picture; nil of what is no button.
    var buttonLabel: String? {
        let instance = UnsafeMutableRawPointer(self).assumingMemoryBound(to: GTypeInstance.self)
        guard g_type_check_instance_is_a(instance, gtk_button_get_type()) != 0 else { return nil }
        let button = UnsafeMutableRawPointer(self).assumingMemoryBound(to: GtkButton.self)
        return (gtk_button_get_label(button) ?? gtk_button_get_icon_name(button)).map { String(cString: $0) } ?? ""
    }
}

extension Duration {
    static let moment = Duration.milliseconds(1)
}
