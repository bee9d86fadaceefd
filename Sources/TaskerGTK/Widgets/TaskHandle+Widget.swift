public import CTaskerGTK
public import Tasker

extension TaskHandle {
    /// Cancels the task when a widget is destroyed, such as the window that shows what it does.
    ///
    /// Main actor, as all of GTK. The task is then asked to end with the reason `CancelReason.widgetDestroyed`, as by
    /// `cancel(reason:)`. The widget is not kept alive, and of a task that ends first nothing stays on it, so that a window may see
    /// any number of tasks. A task may be tied to several widgets, of which the first that goes cancels it, and a widget to several
    /// tasks. A task that has ended is left alone.
    ///
    /// GTK destroys a widget when its last reference goes, a window mostly in `gtk_window_destroy`. During that, in a handler of
    /// `destroy` that is, the task is cancelled at once. A widget of which that is over and somebody still has a reference cannot be
    /// told from one that lives: the task is cancelled when that reference goes.
    ///
    /// ```swift
    /// taskManager.addCoroutine { context in try await load(context) }.cancelWhenDestroyed(window)
    /// ```
    ///
    /// - Parameter widget: Any `GtkWidget *`.
    /// - Returns: This handle.
    @MainActor
    @discardableResult
    public func cancelWhenDestroyed(_ widget: UnsafeMutablePointer<GtkWidget>) -> Self {
        guard !state.isTerminal else { return self }
        if gtk_widget_in_destruction(widget) != 0 {
            cancel(reason: .widgetDestroyed)
        } else {
            let tie = WidgetTie(widget) { cancel(reason: .widgetDestroyed) }
            // Not `whenDone`, which is the submitter's, and not the manager's events, where each tie would look at each task's.
            Task { [weak tie] in
                _ = try? await value
                tie?.cut()
            }
        }
        return self
    }
}

extension CancelReason {
    /// A widget that it was tied to was destroyed; see `cancelWhenDestroyed(_:)` of `TaskHandle`.
    public static let widgetDestroyed = CancelReason(rawValue: "widgetDestroyed")
}
