import CTaskerGTK
import GLibMainLoop
import Tasker
import TaskerGTK
import TestSupport

extension Scenario {
    func destroy() {
        let stage = Stage()
        let (first, second) = (stage.makeWindow(), stage.makeWindow())
        let running = stage.startGated("running")
        // Both wait for the only thread.
        let waiting = stage.proxy.runThread(name: "waiting") { _ in }
        let other = stage.proxy.runThread(name: "other") { _ in }
        let same = running.cancelWhenDestroyed(first.widget).cancelWhenDestroyed(second.widget)
        waiting.cancelWhenDestroyed(first.widget)
        other.cancelWhenDestroyed(second.widget)
        print("same", same == running, "connections", connections(to: first.widget), connections(to: second.widget))
        gtk_window_destroy(first.window)
        // Its task has not ended, and does not keep it.
        print("window", first.watch.live, running.snapshot.isCancelRequested, waiting.state, other.state)
        stage.open()
        stage.settle()
        // A tie is cut by whoever awaits its task, some time after that.
        MainContext.default.iterate { connections(to: second.widget) == 0 }
        for task in [running, waiting, other] { print(task.name, task.state, task.cancelReason?.description ?? "") }
        print("connections", connections(to: second.widget))
        gtk_window_destroy(second.window)
        print("window", second.watch.live)
    }

    func ties() {
        let stage = Stage()
        let window = stage.makeWindow()
        let before = connections(to: window.widget)
        var most = 0
        for _ in 0..<20 {
            for _ in 0..<100 { stage.proxy.runThread { _ in }.cancelWhenDestroyed(window.widget) }
            most = max(most, connections(to: window.widget) - before)
            stage.settle()
        }
        MainContext.default.iterate { connections(to: window.widget) == before }
        print("connections", 0 < most && most < 1000 ? "few" : "\(most)", connections(to: window.widget) - before)
        let ended = stage.proxy.runThread { _ in }
        stage.settle()
        ended.cancelWhenDestroyed(window.widget)
        print("connections", connections(to: window.widget) - before, ended.cancelWhenDestroyed(window.widget).state)
        lateTies(on: stage)
        gtk_window_destroy(window.window)
        print("window", window.watch.live)
    }

    /// Ties tasks to a widget that is being destroyed, and to one that was.
    private func lateTies(on stage: Stage) {
        let gone = stage.makeWindow()
        let (during, after) = (stage.startGated("during"), stage.proxy.runThread(name: "after") { _ in })
        g_object_ref(gone.window)
        let tie = OnDestroy { during.cancelWhenDestroyed(gone.widget) }
        tie.connect(gone.widget)
        g_object_run_dispose(UnsafeMutableRawPointer(gone.window).assumingMemoryBound(to: GObject.self))
        tie.action = {}
        print("during", during.cancelReason?.description ?? "")
        after.cancelWhenDestroyed(gone.widget)
        gtk_window_destroy(gone.window)
        print("after", after.state)
        g_object_unref(gone.window)
        print("after", after.state, "window", gone.watch.live)
        stage.open()
        stage.settle()
    }

    /// How many handlers of `destroy` a widget has.
    private func connections(to widget: UnsafeMutablePointer<GtkWidget>) -> Int {
        let signal = g_signal_lookup("destroy", gtk_widget_get_type())
        let mask = GSignalMatchType(G_SIGNAL_MATCH_ID.rawValue | G_SIGNAL_MATCH_UNBLOCKED.rawValue)
        // GObject tells of one at a time: the first that has not been found.
        var found: [gulong] = []
        while case let handler = g_signal_handler_find(widget, mask, signal, 0, nil, nil, nil), handler != 0 {
            g_signal_handler_block(widget, handler)
            found.append(handler)
        }
        for handler in found { g_signal_handler_unblock(widget, handler) }
        return found.count
    }
}

/// What is done in a handler of `destroy`.
@MainActor
private final class OnDestroy {
    var action: () -> Void

    init(_ action: @escaping () -> Void) {
        self.action = action
    }

    func connect(_ widget: UnsafeMutablePointer<GtkWidget>) {
        let handler: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = { _, data in
            guard let data else { return }
            let tie = Unmanaged<OnDestroy>.fromOpaque(data).takeUnretainedValue()
            MainActor.assumeIsolated { tie.action() }
        }
        g_signal_connect_data(
            widget,
            "destroy",
            unsafeBitCast(handler, to: GCallback.self),
            Unmanaged.passRetained(self).toOpaque(),
            { data, _ in data.map { Unmanaged<OnDestroy>.fromOpaque($0).release() } },
            GConnectFlags(0)
        )
    }
}
