import CTaskerGTK
import GLibMainLoop
import Tasker
import TaskerGTK

/// The demo's window.
@MainActor
final class DemoWindow {
    let widget: Widget
    private let listView = TaskListView(taskManager)
    private let pictureArea = PictureArea()
    private let frameClock = FrameClock()
    private let body: AdaptiveBox
    private let overall = TaskProgressBar(taskManager.manager)
    private let indicator = TaskIndicator(taskManager)
    private let running = TaskStatusLabel(taskManager.manager)
    private let status: Widget = .label(ellipsize: PANGO_ELLIPSIZE_MIDDLE)

    init(_ application: UnsafeMutablePointer<GtkApplication>, workplace: Workplace) {
        widget = gtk_application_window_new(application)
        listView.widget.addClass("frame")
        body = AdaptiveBox(listView.widget, pictureArea.widget)
        gtk_window_set_title(window, "Tasker")
        gtk_window_set_default_size(window, 900, 640)
        gtk_window_set_titlebar(window, makeHeader(folder: workplace.source))
        let tasks = DemoTasks(
            workplace: workplace,
            showPicture: { [weak self] in self?.pictureArea.show($0) },
            showProblem: { [weak self] in self?.showStatus($0.description) }
        )
        gtk_window_set_child(window, makeContent(tasks))
        showStatus("Results go to \(workplace.output)")
        followWidth()
    }

    var window: UnsafeMutablePointer<GtkWindow> { widget.cast(to: GtkWindow.self) }

    private func makeHeader(folder: String) -> Widget {
        let header: Widget = gtk_header_bar_new()
        let titles = Widget.box(GTK_ORIENTATION_VERTICAL, spacing: 0)
        gtk_widget_set_valign(titles, GTK_ALIGN_CENTER)
        let title: Widget = .label("Tasker")
        title.addClass("title")
        let path = RawPath(folder).resolved?.text ?? folder
        let subtitle: Widget = .label(path, ellipsize: PANGO_ELLIPSIZE_START)
        subtitle.addClass("subtitle")
        gtk_widget_set_tooltip_text(subtitle, path)
        for label in [title, subtitle] {
            gtk_label_set_xalign(label.opaque, 0.5)
            titles.append(label)
        }
        gtk_header_bar_set_title_widget(header.opaque, titles)
        gtk_header_bar_pack_start(header.opaque, frameClock.widget)
        gtk_header_bar_pack_end(header.opaque, indicator.widget)
        return header
    }

    private func makeContent(_ tasks: DemoTasks) -> Widget {
        let content = Widget.box(GTK_ORIENTATION_VERTICAL, spacing: 12)
        content.setMargins(12)
        status.addClass("dim-label")
        gtk_label_set_selectable(status.opaque, 1)
        let footer = Widget.box(GTK_ORIENTATION_HORIZONTAL, spacing: 12)
        gtk_widget_set_hexpand(status, 1)
        for child in [status, running.widget] { footer.append(child) }
        for child in [ButtonBar(tasks).widget, body.widget, footer] { content.append(child) }
        gtk_widget_set_vexpand(content, 1)
        let whole = Widget.box(GTK_ORIENTATION_VERTICAL, spacing: 0)
        for child in [overall.widget, content] { whole.append(child) }
        return whole
    }

    private func showStatus(_ text: String) {
        status.setLabel(text)
        gtk_widget_set_tooltip_text(status, text)
    }

    private func followWidth() {
        Signals.realize(widget) { [weak self] in
            guard let self, let surface = gtk_native_get_surface(widget.opaque) else { return }
            Signals.layout(surface) { [weak self] width, _ in
                // A widget must not be changed in the middle of being laid out.
                MainContext.default.addIdle(priority: .default) {
                    MainActor.assumeIsolated { self?.body.adapt(toWidth: width) }
                    return .remove
                }
            }
        }
    }
}
