import CTaskerGTK

/// Rules of style that hold for the whole display.
@MainActor
package final class StyleSheet {
    private let css: String
    private let priority: Int32
    private var isInstalled = false

    /// The widgets' own: the colours of states, from the names that the theme gives them, so right in light and dark.
    static let widgets = StyleSheet(
        """
        .tasker-name { font-weight: bold; }
        .tasker-state { font-size: smaller; padding: 1px 8px; border-radius: 99px; background: alpha(currentColor, 0.1); }
        .tasker-state.completed { color: mix(@success_color, @theme_fg_color, 0.35); }
        .tasker-state.failed { color: mix(@error_color, @theme_fg_color, 0.35); }
        .tasker-state.cancelled { color: mix(@warning_color, @theme_fg_color, 0.35); }
        .tasker-error { color: mix(@error_color, @theme_fg_color, 0.35); }
        .tasker-thin > trough, .tasker-thin > trough > progress {
            min-height: 3px; margin: 0; border: none; border-radius: 0;
        }
        .tasker-heading {
            font-size: smaller; font-weight: bold; padding: 5px 12px;
            color: alpha(currentColor, 0.75); background: alpha(currentColor, 0.06);
        }
        .tasker-heading:focus-visible { outline: 2px solid alpha(@theme_selected_bg_color, 0.5); outline-offset: -2px; }
        .tasker-list listview > row { padding: 0; }
        .tasker-list listview .tasker-row { padding: 10px 12px; }
        .tasker-list listview > row:not(:last-child) { border-bottom: 1px solid alpha(currentColor, 0.12); }
        """,
        // Below an application's, which may want to have it otherwise.
        priority: GTK_STYLE_PROVIDER_PRIORITY_APPLICATION - 1
    )

    package init(_ css: String, priority: Int32 = GTK_STYLE_PROVIDER_PRIORITY_APPLICATION) {
        self.css = css
        self.priority = priority
    }

    /// Makes the rules hold from now on; twice is once.
    package func install() {
        guard !isInstalled, let display = gdk_display_get_default() else { return }
        isInstalled = true
        let provider = gtk_css_provider_new()
        gtk_css_provider_load_from_data(provider, css, -1)
        gtk_style_context_add_provider_for_display(display, OpaquePointer(provider), guint(priority))
        g_object_unref(provider.map { UnsafeMutableRawPointer($0) })
    }
}
