package import CTaskerGTK

/// Connects handlers to the signals that widgets here and in the demo need.
///
/// There is one C function for each shape of signal, with the types that GTK calls it with. A handler is kept by the
/// connection, and released when GTK drops that.
@MainActor
package enum Signals {
    private final class Action: Sendable {
        let call: @MainActor @Sendable () -> Void
        init(_ call: @escaping @MainActor @Sendable () -> Void) { self.call = call }
    }

    private final class Size: Sendable {
        let call: @MainActor @Sendable (_ width: Int32, _ height: Int32) -> Void
        init(_ call: @escaping @MainActor @Sendable (Int32, Int32) -> Void) { self.call = call }
    }

    private final class Text: Sendable {
        let make: @MainActor @Sendable () -> String?
        init(_ make: @escaping @MainActor @Sendable () -> String?) { self.make = make }
    }

    private final class ItemAction: Sendable {
        let call: @MainActor @Sendable (OpaquePointer) -> Void
        init(_ call: @escaping @MainActor @Sendable (OpaquePointer) -> Void) { self.call = call }
    }

    private typealias ArgumentFunction =
        @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutableRawPointer?) -> Void
    private typealias SpliceFunction =
        @convention(c) (UnsafeMutableRawPointer?, guint, guint, guint, UnsafeMutableRawPointer?) -> Void
    private typealias TooltipFunction =
        @convention(c) (
            UnsafeMutableRawPointer?, Int32, Int32, gboolean, OpaquePointer?, UnsafeMutableRawPointer?
        ) -> gboolean
    private typealias ActionFunction = @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void
    private typealias CloseFunction = @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> gboolean
    private typealias SizeFunction =
        @convention(c) (UnsafeMutableRawPointer?, Int32, Int32, UnsafeMutableRawPointer?) -> Void

    /// `GtkButton::clicked`.
    package static func clicked(_ button: Widget, _ handler: @escaping @MainActor @Sendable () -> Void) {
        connectAction(button, "clicked", handler)
    }

    /// `GApplication::activate`.
    package static func activate(
        _ application: UnsafeMutablePointer<GtkApplication>,
        _ handler: @escaping @MainActor @Sendable () -> Void
    ) {
        connectAction(application, "activate", handler)
    }

    /// `GApplication::startup`: it is on the bus, if there is one.
    static func startup(
        _ application: UnsafeMutablePointer<GtkApplication>,
        _ handler: @escaping @MainActor @Sendable () -> Void
    ) {
        connectAction(application, "startup", handler)
    }

    /// `GApplication::shutdown`: its loop has ended.
    package static func shutdown(
        _ application: UnsafeMutablePointer<GtkApplication>,
        _ handler: @escaping @MainActor @Sendable () -> Void
    ) {
        connectAction(application, "shutdown", handler)
    }

    /// `GtkApplication::window-added`.
    static func windowAdded(
        _ application: UnsafeMutablePointer<GtkApplication>,
        _ handler: @escaping @MainActor @Sendable (UnsafeMutablePointer<GtkWindow>) -> Void
    ) {
        connectItem(application, "window-added") {
            handler(UnsafeMutableRawPointer($0).assumingMemoryBound(to: GtkWindow.self))
        }
    }

    /// `notify` of `GtkWindow:is-active`.
    static func activeChanged(
        _ window: UnsafeMutablePointer<GtkWindow>,
        _ handler: @escaping @MainActor @Sendable () -> Void
    ) {
        notified(UnsafeMutableRawPointer(window).assumingMemoryBound(to: GObject.self), "is-active", handler)
    }

    /// `GSimpleAction::activate`, of an action without a parameter.
    static func activateAction(_ action: OpaquePointer, _ handler: @escaping @MainActor @Sendable () -> Void) {
        let function: ArgumentFunction = { _, _, data in Signals.perform(data) }
        connect(
            UnsafeMutableRawPointer(action),
            "activate",
            unsafeBitCast(function, to: GCallback.self),
            Action(handler)
        )
    }

    /// `GtkWidget::realize`.
    package static func realize(_ widget: Widget, _ handler: @escaping @MainActor @Sendable () -> Void) {
        connectAction(widget, "realize", handler)
    }

    /// `GtkWindow::close-request`; the window stays, and `handler` decides its future.
    package static func closeRequest(_ window: Widget, _ handler: @escaping @MainActor @Sendable () -> Void) {
        let function: CloseFunction = { _, data in
            Signals.perform(data)
            return 1
        }
        connect(window, "close-request", unsafeBitCast(function, to: GCallback.self), Action(handler))
    }

    /// `GtkWidget::destroy`: it goes, and a box's children have gone.
    ///
    /// - Returns: What ``disconnect(_:_:)`` takes.
    @discardableResult
    static func destroy(_ widget: Widget, _ handler: @escaping @MainActor @Sendable () -> Void) -> gulong {
        connectAction(widget, "destroy", handler)
    }

    /// `GtkWidget::map` and `unmap`: it can be seen from now on, or cannot.
    static func mapped(_ widget: Widget, _ handler: @escaping @MainActor @Sendable (Bool) -> Void) {
        connectAction(widget, "map") { handler(true) }
        connectAction(widget, "unmap") { handler(false) }
    }

    /// `GtkWidget::query-tooltip`: the text is made when it is to be shown, nil for none.
    ///
    /// `gtk_widget_set_tooltip_text` asks the X server each time where the pointer is, and waits for the answer: a third of the time
    /// that a list took for its rows.
    static func tooltip(_ widget: Widget, _ make: @escaping @MainActor @Sendable () -> String?) {
        let function: TooltipFunction = { _, _, _, _, tooltip, data in
            guard let data else { return 0 }
            let text = Unmanaged<Text>.fromOpaque(data).takeUnretainedValue()
            guard let text = MainActor.assumeIsolated({ text.make() }) else { return 0 }
            gtk_tooltip_set_text(tooltip, text)
            return 1
        }
        connect(widget, "query-tooltip", unsafeBitCast(function, to: GCallback.self), Text(make))
        gtk_widget_set_has_tooltip(widget, 1)
    }

    /// A `GtkMenuButton`'s popover is about to be shown; no signal, but the same in all else.
    static func willPopUp(_ button: Widget, _ handler: @escaping @MainActor @Sendable () -> Void) {
        gtk_menu_button_set_create_popup_func(
            button.opaque,
            { _, data in Signals.perform(data) },
            Unmanaged.passRetained(Action(handler)).toOpaque(),
            { data in data.map { Unmanaged<AnyObject>.fromOpaque($0).release() } }
        )
    }

    /// `GtkPopover::closed`.
    static func closed(_ popover: Widget, _ handler: @escaping @MainActor @Sendable () -> Void) {
        connectAction(popover, "closed", handler)
    }

    /// `TaskerTask::changed`.
    ///
    /// - Returns: What ``disconnect(_:_:)`` takes.
    static func changed(
        _ task: UnsafeMutablePointer<GObject>,
        _ handler: @escaping @MainActor @Sendable () -> Void
    ) -> gulong {
        connectAction(task, TaskObject.changedSignal, handler)
    }

    /// `GObject::notify` of one property.
    ///
    /// - Returns: What ``disconnect(_:_:)`` takes.
    @discardableResult
    static func notified(
        _ object: UnsafeMutablePointer<GObject>,
        _ property: String,
        _ handler: @escaping @MainActor @Sendable () -> Void
    ) -> gulong {
        let function: ArgumentFunction = { _, _, data in Signals.perform(data) }
        return connect(
            object,
            "notify::\(property)",
            unsafeBitCast(function, to: GCallback.self),
            Action(handler)
        )
    }

    /// `GListModel::items-changed`, without what has changed.
    static func itemsChanged(_ model: OpaquePointer, _ handler: @escaping @MainActor @Sendable () -> Void) {
        let function: SpliceFunction = { _, _, _, _, data in Signals.perform(data) }
        connect(
            UnsafeMutableRawPointer(model),
            "items-changed",
            unsafeBitCast(function, to: GCallback.self),
            Action(handler)
        )
    }

    /// `GtkSignalListItemFactory`'s signals.
    static func factory(
        _ factory: UnsafeMutableRawPointer,
        _ signal: String,
        _ handler: @escaping @MainActor @Sendable (OpaquePointer) -> Void
    ) {
        connectItem(factory, signal, handler)
    }

    private static func connectItem(
        _ object: UnsafeMutableRawPointer,
        _ signal: String,
        _ handler: @escaping @MainActor @Sendable (OpaquePointer) -> Void
    ) {
        let function: ArgumentFunction = { _, item, data in
            guard let data, let item else { return }
            let handler = Unmanaged<ItemAction>.fromOpaque(data).takeUnretainedValue()
            onMain(item) { handler.call($0) }
        }
        connect(object, signal, unsafeBitCast(function, to: GCallback.self), ItemAction(handler))
    }

    static func disconnect(_ object: UnsafeMutablePointer<GObject>, _ handler: gulong) {
        g_signal_handler_disconnect(object, handler)
    }

    /// `GdkSurface::layout`.
    package static func layout(
        _ surface: OpaquePointer,
        _ handler: @escaping @MainActor @Sendable (_ width: Int32, _ height: Int32) -> Void
    ) {
        let function: SizeFunction = { _, width, height, data in
            guard let data else { return }
            let size = Unmanaged<Size>.fromOpaque(data).takeUnretainedValue()
            MainActor.assumeIsolated { size.call(width, height) }
        }
        connect(
            UnsafeMutableRawPointer(surface),
            "layout",
            unsafeBitCast(function, to: GCallback.self),
            Size(handler)
        )
    }

    /// The tick of `widget`'s frame clock, as long as the widget lives.
    package static func tick(_ widget: Widget, _ handler: @escaping @MainActor @Sendable () -> Void) {
        gtk_widget_add_tick_callback(
            widget,
            { _, _, data in
                Signals.perform(data)
                return 1
            },
            Unmanaged.passRetained(Action(handler)).toOpaque(),
            { data in data.map { Unmanaged<AnyObject>.fromOpaque($0).release() } }
        )
    }

    @discardableResult
    private static func connectAction(
        _ object: UnsafeMutableRawPointer,
        _ signal: String,
        _ handler: @escaping @MainActor @Sendable () -> Void
    ) -> gulong {
        let function: ActionFunction = { _, data in Signals.perform(data) }
        return connect(object, signal, unsafeBitCast(function, to: GCallback.self), Action(handler))
    }

    @discardableResult
    private static func connect(
        _ object: UnsafeMutableRawPointer,
        _ signal: String,
        _ callback: GCallback,
        _ handler: AnyObject
    ) -> gulong {
        g_signal_connect_data(
            object,
            signal,
            callback,
            Unmanaged.passRetained(handler).toOpaque(),
            { data, _ in data.map { Unmanaged<AnyObject>.fromOpaque($0).release() } },
            GConnectFlags(0)
        )
    }

    private nonisolated static func perform(_ data: UnsafeMutableRawPointer?) {
        guard let data else { return }
        let action = Unmanaged<Action>.fromOpaque(data).takeUnretainedValue()
        MainActor.assumeIsolated { action.call() }
    }
}
