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
    private let overall: Widget = gtk_progress_bar_new()
    private let status: Widget = .label(ellipsize: PANGO_ELLIPSIZE_MIDDLE)
    private var connection: SignalConnection?

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
        showOverall(nil)
        connection = taskManager.tasksUpdated.connect { [weak self] tasks, progress in
            self?.showOverall(tasks.isEmpty ? nil : progress)
        }
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
        return header
    }

    private func makeContent(_ tasks: DemoTasks) -> Widget {
        let content = Widget.box(GTK_ORIENTATION_VERTICAL, spacing: 12)
        content.setMargins(12)
        overall.setAccessibleLabel("Overall progress")
        gtk_progress_bar_set_show_text(overall.opaque, 1)
        status.addClass("dim-label")
        gtk_label_set_selectable(status.opaque, 1)
        for child in [ButtonBar(tasks).widget, body.widget, overall, status] { content.append(child) }
        return content
    }

    private func showStatus(_ text: String) {
        status.setLabel(text)
        gtk_widget_set_tooltip_text(status, text)
    }

    /// Shows the progress of all tasks together; nil before the first one.
    private func showOverall(_ progress: Double?) {
        gtk_progress_bar_set_fraction(overall.opaque, progress ?? 0)
        gtk_progress_bar_set_text(overall.opaque, progress.map { "Overall \($0.asPercent)" } ?? "Idle")
    }

    private func followWidth() {
        Signals.realize(widget) { [weak self] in
            guard let self, let surface = gtk_native_get_surface(widget.opaque) else { return }
            Signals.layout(surface) { width, _ in
                // A widget must not be changed in the middle of being laid out.
                MainContext.default.addIdle(priority: .default) {
                    MainActor.assumeIsolated { self.body.adapt(toWidth: width) }
                    return .remove
                }
            }
        }
    }
}
