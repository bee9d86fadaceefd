import CTaskerGTK

/// Where the rendered picture appears.
@MainActor
final class PictureArea {
    let widget: Widget = gtk_stack_new()
    private let picture: Widget = gtk_picture_new()

    init() {
        widget.addClass("picture-area")
        let hint: Widget = gtk_label_new("Render’s picture appears here.")
        hint.addClass("dim-label")
        gtk_label_set_wrap(hint.opaque, 1)
        hint.setMargins(12)
        gtk_stack_add_child(widget.opaque, hint)
        gtk_stack_add_child(widget.opaque, picture)
        gtk_stack_set_transition_type(widget.opaque, GTK_STACK_TRANSITION_TYPE_CROSSFADE)
        gtk_picture_set_can_shrink(picture.opaque, 1)
        gtk_picture_set_alternative_text(picture.opaque, "A picture of the Mandelbrot set")
        picture.setAccessibleLabel("Rendered picture")
        gtk_widget_set_hexpand(widget, 1)
    }

    func show(_ rendered: Picture) {
        let texture = rendered.makeTexture()
        defer { g_object_unref(UnsafeMutableRawPointer(texture)) }
        gtk_picture_set_paintable(picture.opaque, texture)
        gtk_stack_set_visible_child(widget.opaque, picture)
    }
}
