import CTaskerGTK

/// A fraction as a part of a disc, in the colour of text.
@MainActor
final class ProgressPie {
    let widget: Widget = gtk_drawing_area_new()
    private let fraction = Fraction()

    private final class Fraction {
        var value = 0.0
    }

    private static let size: Int32 = 16

    init() {
        let area = widget.cast(to: GtkDrawingArea.self)
        gtk_drawing_area_set_content_width(area, Self.size)
        gtk_drawing_area_set_content_height(area, Self.size)
        gtk_widget_set_valign(widget, GTK_ALIGN_CENTER)
        gtk_drawing_area_set_draw_func(
            area,
            { area, cairo, width, height, data in
                onMain((area, cairo, data)) { ProgressPie.draw($0, $1, width, height, $2) }
            },
            Unmanaged.passRetained(fraction).toOpaque(),
            { data in data.map { Unmanaged<AnyObject>.fromOpaque($0).release() } }
        )
    }

    /// Shows a fraction, 0…1.
    func show(_ value: Double) {
        // What cannot be told apart is not drawn.
        guard Int(value * 100) != Int(fraction.value * 100) else { return }
        fraction.value = value
        gtk_widget_queue_draw(widget)
    }

    private static func draw(
        _ area: UnsafeMutablePointer<GtkDrawingArea>?,
        _ cairo: OpaquePointer?,
        _ width: Int32,
        _ height: Int32,
        _ data: UnsafeMutableRawPointer?
    ) {
        guard let area, let data else { return }
        let fraction = Unmanaged<Fraction>.fromOpaque(data).takeUnretainedValue().value
        let widget = UnsafeMutableRawPointer(area).assumingMemoryBound(to: GtkWidget.self)
        var colour = GdkRGBA()
        gtk_style_context_get_color(gtk_widget_get_style_context(widget), &colour)
        let radius = Double(min(width, height)) / 2
        cairo_translate(cairo, Double(width) / 2, Double(height) / 2)
        cairo_set_source_rgba(cairo, Double(colour.red), Double(colour.green), Double(colour.blue), 0.25)
        cairo_arc(cairo, 0, 0, radius, 0, 2 * .pi)
        cairo_fill(cairo)
        gdk_cairo_set_source_rgba(cairo, &colour)
        // From the top, clockwise.
        cairo_move_to(cairo, 0, 0)
        cairo_arc(cairo, 0, 0, radius, -0.5 * .pi, (2 * fraction - 0.5) * .pi)
        cairo_fill(cairo)
    }
}
