import CTaskerGTK

/// The heading of a section of a ``TaskListView``: its name and how many tasks it has; belongs to its widget.
@MainActor
final class TaskHeading {
    // The label's box, which outlives this.
    private let widget: Widget
    private let label: Widget = .label()
    private var shown: (section: TaskSection, handler: gulong)?
    /// Called with the text whenever it has changed, for the accessible name of what the heading stands in.
    var onLabel: (String) -> Void = { _ in }

    private init(in widget: Widget) {
        self.widget = widget
        widget.addClass("tasker-heading")
        widget.append(label)
        // A label cannot have the focus, and the arrow keys stop in front of a row in which nothing can. Here, too, it is only read.
        gtk_widget_set_focusable(widget, 1)
    }

    isolated deinit {
        forget()
    }

    static func makeWidget() -> Widget {
        let widget: Widget = tasker_heading_new()
        widget.attach(TaskHeading(in: widget))
        return widget
    }

    /// What a heading's widget consists of.
    static func of(_ widget: Widget?) -> TaskHeading? {
        widget?.peer(as: TaskHeading.self)
    }

    func show(_ section: TaskSection) {
        forget()
        let handler = Signals.notified(section.tasks.object, TaskListModel.countProperty) { [weak self] in
            self?.update()
        }
        shown = (section, handler)
        update()
    }

    /// Follows no section any more, and leaves what is shown as it is, for the next one.
    func forget() {
        guard let (section, handler) = shown else { return }
        shown = nil
        Signals.disconnect(section.tasks.object, handler)
    }

    private func update() {
        guard let section = shown?.section else { return }
        let count = Int(g_list_model_get_n_items(section.tasks.pointer))
        let text = TaskText.heading(of: section.kind, count: count)
        label.setLabel(text)
        widget.setAccessibleLabel(text)
        onLabel(text)
    }
}
