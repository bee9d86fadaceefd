import CTaskerGTK
import Dispatch
import GLibMainLoop
import Tasker
import TaskerGTK
import TestSupport

/// A manager with one thread, a model of its tasks, and windows for widgets.
@MainActor
final class Stage {
    let proxy: TaskManagerProxy
    private let gate = DispatchSemaphore(value: 0)
    private let model: TaskListModel
    private let items = ObjectWatch()

    init() {
        var configuration = TaskManagerConfiguration()
        configuration.maximumThreads = 1
        configuration.finishedTaskLimit = .max
        proxy = TaskManagerProxy(configuration: configuration)
        model = TaskListModel(proxy.manager)
    }

    // MARK: - Tasks

    /// A task that runs until ``open()``.
    func startGated(_ name: String) -> TaskHandle<Void> {
        let begun = Journal<Void>()
        let task = proxy.runThread(name: name) { [gate] _ in
            begun.append(())
            gate.wait()
        }
        // A task that is cancelled between its start and its body has none.
        MainContext.default.iterate { proxy.tasks[id: task.id]?.state == .running && begun.count == 1 }
        return task
    }

    func open() {
        gate.signal()
    }

    func state(of task: TaskHandle<Void>) -> String {
        proxy.tasks[id: task.id]?.state.rawValue ?? "gone"
    }

    func settle() {
        let ends = Journal<Void>()
        Task.detached { [proxy] in
            try? await proxy.waitUntilIdle()
            ends.append(())
        }
        ends.wait(forCount: 1)
    }

    /// Dispatches what is ready.
    func dispatch() {
        MainContext.default.dispatchPending()
    }

    // MARK: - Items

    func takeItem(_ position: Int) -> UnsafeMutableRawPointer? {
        let item = g_list_model_get_item(model.pointer, guint(position))
        if let item { items.add(item) }
        return item
    }

    /// Of those that were taken.
    var liveItems: Int {
        items.live
    }

    // MARK: - Widgets

    struct Row {
        let object: TaskRow
        let window: UnsafeMutablePointer<GtkWindow>
        let watch: ObjectWatch

        /// The texts of its labels, in order.
        @MainActor var labels: [String] {
            var texts: [String] = []
            func collect(_ widget: UnsafeMutablePointer<GtkWidget>) {
                if g_type_check_instance_is_a(
                    UnsafeMutableRawPointer(widget).assumingMemoryBound(to: GTypeInstance.self),
                    gtk_label_get_type()
                ) != 0 {
                    texts.append(String(cString: gtk_label_get_text(OpaquePointer(widget))))
                }
                var child = gtk_widget_get_first_child(widget)
                while let next = child {
                    collect(next)
                    child = gtk_widget_get_next_sibling(next)
                }
            }
            collect(object.widget)
            return texts
        }

        /// Its buttons that are shown, by their labels, in order.
        @MainActor var buttons: [(label: String, widget: UnsafeMutablePointer<GtkWidget>)] {
            var found: [(label: String, widget: UnsafeMutablePointer<GtkWidget>)] = []
            func collect(_ widget: UnsafeMutablePointer<GtkWidget>) {
                guard gtk_widget_get_visible(widget) != 0 else { return }
                if let label = widget.buttonLabel { return found.append((label, widget)) }
                var child = gtk_widget_get_first_child(widget)
                while let next = child {
                    collect(next)
                    child = gtk_widget_get_next_sibling(next)
                }
            }
            collect(object.widget)
            return found
        }

        /// Clicks a button that is shown.
        @MainActor func press(_ label: String) {
            guard let button = buttons.first(where: { $0.label == label })?.widget else { return }
            var instance = GValue()
            g_value_init(&instance, gtk_button_get_type())
            g_value_set_object(&instance, button)
            g_signal_emitv(&instance, g_signal_lookup("clicked", gtk_button_get_type()), 0, nil)
            g_value_unset(&instance)
        }
    }

    func makeRow() -> Row {
        let row = TaskRow(proxy)
        let watch = ObjectWatch()
        // The children, not the widget itself, which `row` keeps.
        gtk_widget_get_first_child(row.widget).map { watch.add(UnsafeMutableRawPointer($0)) }
        return Row(object: row, window: present(row.widget), watch: watch)
    }

    func makeList() -> (window: UnsafeMutablePointer<GtkWindow>, watch: ObjectWatch) {
        let list = TaskListView(proxy)
        let watch = ObjectWatch()
        watch.add(UnsafeMutableRawPointer(list.widget))
        return (present(list.widget), watch)
    }

    struct Indicator {
        let button: UnsafeMutablePointer<GtkWidget>
        let window: UnsafeMutablePointer<GtkWindow>
        let watch: ObjectWatch
    }

    func makeIndicator() -> Indicator {
        let indicator = TaskIndicator(proxy)
        guard let button = gtk_widget_get_first_child(indicator.widget) else { fatalError("It has no button.") }
        let watch = ObjectWatch()
        watch.add(UnsafeMutableRawPointer(button))
        return Indicator(button: button, window: present(indicator.widget), watch: watch)
    }

    struct Window {
        let window: UnsafeMutablePointer<GtkWindow>
        let widget: UnsafeMutablePointer<GtkWidget>
        let watch: ObjectWatch
    }

    /// A window with nothing in it.
    func makeWindow() -> Window {
        let window = present(gtk_label_new(nil))
        let widget = UnsafeMutableRawPointer(window).assumingMemoryBound(to: GtkWidget.self)
        let watch = ObjectWatch()
        watch.add(UnsafeMutableRawPointer(window))
        return Window(window: window, widget: widget, watch: watch)
    }

    private func present(_ child: UnsafeMutablePointer<GtkWidget>) -> UnsafeMutablePointer<GtkWindow> {
        guard let widget = gtk_window_new() else { fatalError("GTK made no window.") }
        let window = UnsafeMutableRawPointer(widget).assumingMemoryBound(to: GtkWindow.self)
        gtk_window_set_default_size(window, 400, 500)
        gtk_window_set_child(window, child)
        gtk_window_present(window)
        drawFrames(1, of: widget)
        self.window = widget
        return window
    }

    private var window: UnsafeMutablePointer<GtkWidget>?

    /// Dispatches until the window has been drawn as often.
    func drawFrames(_ count: Int) {
        if let window { drawFrames(count, of: window) }
    }

    private func drawFrames(_ count: Int, of widget: UnsafeMutablePointer<GtkWidget>) {
        final class Count {
            var left: Int
            init(_ left: Int) { self.left = left }
        }
        let frames = Count(count)
        gtk_widget_add_tick_callback(
            widget,
            { _, _, data in
                guard let data else { return 0 }
                let frames = Unmanaged<Count>.fromOpaque(data).takeUnretainedValue()
                frames.left -= 1
                return frames.left > 0 ? 1 : 0
            },
            Unmanaged.passRetained(frames).toOpaque(),
            { data in data.map { Unmanaged<Count>.fromOpaque($0).release() } }
        )
        MainContext.default.iterate { frames.left <= 0 }
    }
}
