import CTaskerGTK

/// The colours of states, from the names that the theme gives them: right in light and dark.
enum StyleSheet {
    private static let css = """
        .task-name { font-weight: bold; }
        .task-state { font-size: smaller; padding: 1px 8px; border-radius: 99px; background: alpha(currentColor, 0.1); }
        .task-state.completed { color: mix(@success_color, @theme_fg_color, 0.35); }
        .task-state.failed { color: mix(@error_color, @theme_fg_color, 0.35); }
        .task-state.cancelled { color: mix(@warning_color, @theme_fg_color, 0.35); }
        .task-error { color: mix(@error_color, @theme_fg_color, 0.35); }
        .task-list > row { padding: 10px 12px; }
        .task-list > row:not(:last-child) { border-bottom: 1px solid alpha(currentColor, 0.12); }
        .picture-area { background: alpha(currentColor, 0.05); border-radius: 6px; }
        """

    @MainActor
    static func install() {
        let provider = gtk_css_provider_new()
        gtk_css_provider_load_from_data(provider, css, -1)
        gtk_style_context_add_provider_for_display(
            gdk_display_get_default(),
            OpaquePointer(provider),
            guint(GTK_STYLE_PROVIDER_PRIORITY_APPLICATION)
        )
        g_object_unref(provider.map { UnsafeMutableRawPointer($0) })
    }
}
