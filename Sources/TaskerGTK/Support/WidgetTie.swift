import CTaskerGTK

/// Something to be done when a widget is destroyed.
///
/// Belongs to its connection alone, and so is there exactly as long as the widget can be asked to drop that.
@MainActor
final class WidgetTie {
    private let widget: Widget
    /// 0: none any more.
    private var handler: gulong = 0

    init(_ widget: Widget, _ action: @escaping @MainActor @Sendable () -> Void) {
        self.widget = widget
        handler = Signals.destroy(widget) {
            // Named here, so that the connection keeps this.
            self.cut()
            action()
        }
    }

    /// Drops the connection.
    func cut() {
        guard handler != 0 else { return }
        let connection = handler
        handler = 0
        Signals.disconnect(widget.cast(to: GObject.self), connection)
    }
}
