import CTaskerGTK

/// A widget as GTK's C functions take it.
typealias Widget = UnsafeMutablePointer<GtkWidget>

extension UnsafeMutablePointer where Pointee == GtkWidget {
    /// For functions of types whose fields GTK keeps to itself.
    var opaque: OpaquePointer { OpaquePointer(self) }

    /// For functions of types whose first field is their base class's.
    func cast<Type>(to: Type.Type) -> UnsafeMutablePointer<Type> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: Type.self)
    }

    /// What a screen reader calls this widget.
    func setAccessibleLabel(_ label: String) {
        tasker_accessible_set_label(opaque, label)
    }

    func addClass(_ name: String) {
        gtk_widget_add_css_class(self, name)
    }

    func removeClass(_ name: String) {
        gtk_widget_remove_css_class(self, name)
    }

    /// Appends to this `GtkBox`.
    func append(_ child: Widget) {
        gtk_box_append(cast(to: GtkBox.self), child)
    }

    static func box(_ orientation: GtkOrientation, spacing: Int32) -> Widget {
        gtk_box_new(orientation, spacing)
    }

    /// A label of one line that gives way when there is too little room.
    static func label(_ text: String = "", ellipsize mode: PangoEllipsizeMode = PANGO_ELLIPSIZE_END) -> Widget {
        let label: Widget = gtk_label_new(text)
        gtk_label_set_xalign(label.opaque, 0)
        gtk_label_set_ellipsize(label.opaque, mode)
        return label
    }

    func setMargins(_ margin: Int32) {
        gtk_widget_set_margin_top(self, margin)
        gtk_widget_set_margin_bottom(self, margin)
        gtk_widget_set_margin_start(self, margin)
        gtk_widget_set_margin_end(self, margin)
    }

    /// Sets the text of this `GtkLabel`, if it differs: every change costs a new layout.
    func setLabel(_ text: String) {
        guard gtk_label_get_text(opaque).map({ String(cString: $0) }) != text else { return }
        gtk_label_set_text(opaque, text)
    }
}
