import CTaskerGTK
import TaskerGTK

extension UnsafeMutablePointer<GtkWidget> {
    /// Those directly in this one.
    fileprivate var children: [UnsafeMutablePointer<GtkWidget>] {
        var found: [UnsafeMutablePointer<GtkWidget>] = []
        var child = gtk_widget_get_first_child(self)
        while let next = child {
            found.append(next)
            child = gtk_widget_get_next_sibling(next)
        }
        return found
    }

    /// This and everything below it that can be seen, in order.
    fileprivate var all: [UnsafeMutablePointer<GtkWidget>] {
        gtk_widget_get_child_visible(self) != 0 && gtk_widget_get_visible(self) != 0
            ? [self] + children.flatMap(\.all) : []
    }

    fileprivate func isA(_ type: GType) -> Bool {
        let instance = UnsafeMutableRawPointer(self).assumingMemoryBound(to: GTypeInstance.self)
        return g_type_check_instance_is_a(instance, type) != 0
    }

    /// The texts of its labels.
    fileprivate var texts: [String] {
        all.filter { $0.isA(gtk_label_get_type()) }.map { String(cString: gtk_label_get_text(OpaquePointer($0))) }
    }
}

/// What is to be seen in a list.
extension Stage {
    private typealias Widget = UnsafeMutablePointer<GtkWidget>

    private func rowWidgets(in window: UnsafeMutablePointer<GtkWindow>) -> [Widget] {
        let widget = UnsafeMutableRawPointer(window).assumingMemoryBound(to: GtkWidget.self)
        return widget.all.first { $0.isA(gtk_list_view_get_type()) }?.children.filter { !$0.texts.isEmpty } ?? []
    }

    /// The first text of each row, after what has happened was drawn.
    func rows(of window: UnsafeMutablePointer<GtkWindow>) -> String {
        drawFrames(3)
        return rowWidgets(in: window).compactMap(\.texts.first).joined(separator: ", ")
    }

    /// Whether nothing that can be seen is still to be filled.
    func areRowsFilled(in window: UnsafeMutablePointer<GtkWindow>) -> Bool {
        let widget = UnsafeMutableRawPointer(window).assumingMemoryBound(to: GtkWidget.self)
        let rows = widget.all.first { $0.isA(gtk_list_view_get_type()) }?.children ?? []
        return rows.allSatisfy { $0.all.isEmpty || !$0.texts.isEmpty }
    }

    /// Lets a button in the row of a task have the focus.
    ///
    /// - Returns: Whether it has.
    func focusButton(_ label: String, of name: String, in window: UnsafeMutablePointer<GtkWindow>) -> Bool {
        let row = rowWidgets(in: window).first { $0.texts.first == name }
        let button = row?.all.first { $0.buttonLabel == label }
        return button.map { gtk_widget_grab_focus($0) != 0 } ?? false
    }

    /// As the key does.
    func moveFocusDown(in window: UnsafeMutablePointer<GtkWindow>) {
        gtk_widget_child_focus(UnsafeMutableRawPointer(window).assumingMemoryBound(to: GtkWidget.self), GTK_DIR_DOWN)
    }

    /// What has the focus: the first text of the row, or the class of what is no row.
    func focusedRow(in window: UnsafeMutablePointer<GtkWindow>) -> String {
        guard let focus = gtk_window_get_focus(window) else { return "nothing" }
        let row = rowWidgets(in: window).first { gtk_widget_is_ancestor(focus, $0) != 0 || focus == $0 }
        return row?.texts.first
            ?? String(
                cString: g_type_name_from_instance(
                    UnsafeMutableRawPointer(focus).assumingMemoryBound(to: GTypeInstance.self)
                )
            )
    }

    // MARK: - Scrolling

    private func adjustment(in window: UnsafeMutablePointer<GtkWindow>) -> UnsafeMutablePointer<GtkAdjustment>? {
        let widget = UnsafeMutableRawPointer(window).assumingMemoryBound(to: GtkWidget.self)
        return widget.all.first { $0.isA(gtk_scrolled_window_get_type()) }
            .flatMap { gtk_scrolled_window_get_vadjustment(OpaquePointer($0)) }
    }

    /// How far it is from the top, in pixels.
    func scrollPosition(in window: UnsafeMutablePointer<GtkWindow>) -> Int {
        adjustment(in: window).map { Int(gtk_adjustment_get_value($0)) } ?? -1
    }

    /// Scrolls down step by step, as a wheel does: GTK 4.8 loses its place when a list that was never scrolled goes far at once.
    func scrollDown(by distance: Double, in window: UnsafeMutablePointer<GtkWindow>) {
        guard let adjustment = adjustment(in: window) else { return }
        let (start, step) = (gtk_adjustment_get_value(adjustment), 100.0)
        for position in stride(from: start + step, through: start + distance, by: step) {
            gtk_adjustment_set_value(adjustment, position)
            drawFrames(2)
        }
    }

    func scrollToTop(in window: UnsafeMutablePointer<GtkWindow>) {
        adjustment(in: window).map { gtk_adjustment_set_value($0, 0) }
        drawFrames(3)
    }

    /// The first row that can be seen as a whole, and how far it is from the upper edge.
    func rowInSight(in window: UnsafeMutablePointer<GtkWindow>) -> String? {
        let widget = UnsafeMutableRawPointer(window).assumingMemoryBound(to: GtkWidget.self)
        for row in rowWidgets(in: window) {
            var (x, y) = (0.0, 0.0)
            gtk_widget_translate_coordinates(row, widget, 0, 0, &x, &y)
            if y >= 0 { return row.texts.first.map { "\($0) at \(y)" } }
        }
        return nil
    }
}
