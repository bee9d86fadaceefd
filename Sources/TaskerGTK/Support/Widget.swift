package import CTaskerGTK

/// A widget as GTK's C functions take it.
package typealias Widget = UnsafeMutablePointer<GtkWidget>

extension UnsafeMutablePointer where Pointee == GtkWidget {
    /// For functions of types whose fields GTK keeps to itself.
    package var opaque: OpaquePointer { OpaquePointer(self) }

    /// For functions of types whose first field is their base class's.
    package func cast<Type>(to: Type.Type) -> UnsafeMutablePointer<Type> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: Type.self)
    }

    /// What a screen reader calls this widget.
    package func setAccessibleLabel(_ label: String) {
        tasker_accessible_set_label(opaque, label)
    }

    package func addClass(_ name: String) {
        gtk_widget_add_css_class(self, name)
    }

    package func removeClass(_ name: String) {
        gtk_widget_remove_css_class(self, name)
    }

    package func setVisible(_ isVisible: Bool) {
        gtk_widget_set_visible(self, isVisible ? 1 : 0)
    }

    package func setSensitive(_ isSensitive: Bool) {
        gtk_widget_set_sensitive(self, isSensitive ? 1 : 0)
    }

    /// Appends to this `GtkBox`.
    package func append(_ child: Widget) {
        gtk_box_append(cast(to: GtkBox.self), child)
    }

    package static func box(_ orientation: GtkOrientation, spacing: Int32) -> Widget {
        gtk_box_new(orientation, spacing)
    }

    /// A label of one line that gives way when there is too little room.
    package static func label(
        _ text: String = "",
        ellipsize mode: PangoEllipsizeMode = PANGO_ELLIPSIZE_END
    ) -> Widget {
        let label: Widget = gtk_label_new(text)
        gtk_label_set_xalign(label.opaque, 0)
        gtk_label_set_ellipsize(label.opaque, mode)
        return label
    }

    package func setMargins(_ margin: Int32) {
        gtk_widget_set_margin_top(self, margin)
        gtk_widget_set_margin_bottom(self, margin)
        gtk_widget_set_margin_start(self, margin)
        gtk_widget_set_margin_end(self, margin)
    }

    /// Sets the text of this `GtkLabel`, if it differs: every change costs a new layout.
    package func setLabel(_ text: String) {
        guard gtk_label_get_text(opaque).map({ String(cString: $0) }) != text else { return }
        gtk_label_set_text(opaque, text)
    }

    /// Lets this widget keep a Swift object until it is finalised.
    func attach(_ peer: AnyObject) {
        g_object_set_data_full(
            cast(to: GObject.self),
            Self.peerKey,
            Unmanaged.passRetained(peer).toOpaque(),
            { peer in peer.map { Unmanaged<AnyObject>.fromOpaque($0).release() } }
        )
    }

    private static var peerKey: String { "tasker-peer" }

    func peer<Peer: AnyObject>(as: Peer.Type) -> Peer? {
        g_object_get_data(cast(to: GObject.self), Self.peerKey)
            .flatMap { Unmanaged<AnyObject>.fromOpaque($0).takeUnretainedValue() as? Peer }
    }
}
