import CTaskerGTK
import TaskerGTK

/// Two widgets side by side where there is room, one above the other where there is not.
@MainActor
final class AdaptiveBox {
    let widget = Widget.box(GTK_ORIENTATION_VERTICAL, spacing: 12)
    private let second: Widget
    private var isWide = false

    /// From this width on, the two are side by side.
    private static let wideWidth: Int32 = 760
    private static let lowHeight: Int32 = 120

    init(_ first: Widget, _ second: Widget) {
        self.second = second
        widget.append(first)
        widget.append(second)
        gtk_widget_set_size_request(second, -1, Self.lowHeight)
    }

    /// Follows the width of the window.
    func adapt(toWidth width: Int32) {
        let shouldBeWide = width >= Self.wideWidth
        guard shouldBeWide != isWide else { return }
        isWide = shouldBeWide
        let orientation = isWide ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL
        gtk_orientable_set_orientation(widget.opaque, orientation)
        gtk_box_set_homogeneous(widget.cast(to: GtkBox.self), isWide ? 1 : 0)
        gtk_widget_set_size_request(second, -1, isWide ? -1 : Self.lowHeight)
    }
}
