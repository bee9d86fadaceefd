import CTaskerGTK

extension UnsafeMutablePointer where Pointee == GtkApplication {
    /// For functions of the base class.
    var application: UnsafeMutablePointer<GApplication> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: GApplication.self)
    }

    /// The one that was active last first.
    @MainActor var windows: [UnsafeMutablePointer<GtkWindow>] {
        var windows: [UnsafeMutablePointer<GtkWindow>] = []
        var element = gtk_application_get_windows(self)
        while let each = element {
            if let window = each.pointee.data { windows.append(window.assumingMemoryBound(to: GtkWindow.self)) }
            element = each.pointee.next
        }
        return windows
    }

    /// Adds an action without a parameter.
    @MainActor func addAction(_ name: String, _ handler: @escaping @MainActor @Sendable () -> Void) {
        guard let action = g_simple_action_new(name, nil) else { return }
        Signals.activateAction(action, handler)
        g_action_map_add_action(OpaquePointer(self), action)
        g_object_unref(UnsafeMutableRawPointer(action))
    }

    /// Hides every window: what is over for its user is not to be seen, however long it takes to end.
    @MainActor func hideWindows() {
        let windows = windows.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: GtkWidget.self) }
        // A handler of one may destroy another.
        for window in windows { g_object_ref(window) }
        for window in windows {
            window.setVisible(false)
            g_object_unref(window)
        }
    }

    /// Presents the window that was active last; without one, lets the application make one.
    @MainActor func show() {
        if let window = windows.first { gtk_window_present(window) } else { g_application_activate(application) }
    }
}
