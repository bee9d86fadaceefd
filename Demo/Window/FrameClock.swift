import CTaskerGTK
import GLibMainLoop
import TaskerGTK

/// A hand that turns with every frame: when the window freezes, it stands still.
@MainActor
final class FrameClock {
    private static let size: Int32 = 24

    let widget: Widget = gtk_drawing_area_new()
    private var hasLoopTurned = true

    init() {
        let area = widget
        gtk_drawing_area_set_content_width(area.cast(to: GtkDrawingArea.self), Self.size)
        gtk_drawing_area_set_content_height(area.cast(to: GtkDrawingArea.self), Self.size)
        gtk_widget_set_valign(area, GTK_ALIGN_CENTER)
        gtk_widget_set_margin_end(area, 6)
        gtk_drawing_area_set_draw_func(
            area.cast(to: GtkDrawingArea.self),
            { area, cairo, width, height, _ in FrameClock.draw(area, cairo, width, height) },
            nil,
            nil
        )
        Signals.tick(area) { [weak self] in self?.tick() }
        gtk_widget_set_tooltip_text(area, "Turns with every frame; stands still when the window is frozen")
        area.setAccessibleLabel("Frame clock")
    }

    /// Draws the next frame, once the loop has come to everything below drawing since the last one.
    ///
    /// Where OpenGL is computed in software a frame of a large window takes longer than it is shown. An animation
    /// that asked for the next one all the same would keep the loop at GTK's redraw priority for ever.
    private func tick() {
        guard hasLoopTurned else { return }
        hasLoopTurned = false
        gtk_widget_queue_draw(widget)
        MainContext.default.addIdle(priority: .defaultIdle) { [weak self] in
            MainActor.assumeIsolated { self?.hasLoopTurned = true }
            return .remove
        }
    }

    /// Two turns in three seconds, whatever the frame rate.
    private nonisolated static func draw(
        _ area: UnsafeMutablePointer<GtkDrawingArea>?,
        _ cairo: OpaquePointer?,
        _ width: Int32,
        _ height: Int32
    ) {
        guard let area else { return }
        let widget = UnsafeMutableRawPointer(area).assumingMemoryBound(to: GtkWidget.self)
        var colour = GdkRGBA()
        gtk_style_context_get_color(gtk_widget_get_style_context(widget), &colour)
        let radius = Double(min(width, height)) / 2 - 2
        let angle = Double(g_get_monotonic_time() % 1_500_000) / 1_500_000 * 2 * Double.pi
        cairo_translate(cairo, Double(width) / 2, Double(height) / 2)
        cairo_set_line_width(cairo, 2)
        cairo_set_source_rgba(cairo, Double(colour.red), Double(colour.green), Double(colour.blue), 0.25)
        cairo_arc(cairo, 0, 0, radius, 0, 2 * Double.pi)
        cairo_stroke(cairo)
        gdk_cairo_set_source_rgba(cairo, &colour)
        cairo_arc(cairo, 0, 0, radius, angle, angle + Double.pi / 2)
        cairo_stroke(cairo)
    }
}
