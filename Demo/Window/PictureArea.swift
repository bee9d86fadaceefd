import CTaskerGTK
import TaskerGTK

/// Where the rendered picture appears.
@MainActor
final class PictureArea {
    static let style = StyleSheet(".picture-area { background: alpha(currentColor, 0.05); border-radius: 6px; }")

    // An overlay is as large as its main child: a large picture takes no room from the list of tasks.
    let widget: Widget = gtk_overlay_new()
    private let hint: Widget = gtk_label_new("Render’s picture appears here.")
    private let picture: Widget = gtk_picture_new()

    init() {
        widget.addClass("picture-area")
        hint.addClass("dim-label")
        gtk_label_set_wrap(hint.opaque, 1)
        hint.setMargins(12)
        gtk_overlay_set_child(widget.opaque, hint)
        gtk_overlay_add_overlay(widget.opaque, picture)
        gtk_picture_set_can_shrink(picture.opaque, 1)
        gtk_picture_set_alternative_text(picture.opaque, "A picture of the Mandelbrot set")
        picture.setAccessibleLabel("Rendered picture")
        gtk_widget_set_hexpand(widget, 1)
    }

    func show(_ rendered: Picture) {
        let texture = rendered.makeTexture()
        defer { g_object_unref(UnsafeMutableRawPointer(texture)) }
        gtk_picture_set_paintable(picture.opaque, texture)
        hint.setLabel("")
    }
}
