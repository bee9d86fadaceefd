import CTaskerGTK
import GLibMainLoop
import Tasker

/// The row of one task.
@MainActor
final class TaskRow {
    let widget: Widget = gtk_list_box_row_new()
    private let id: TaskID
    private let name: Widget = .label()
    private let state: Widget = .label()
    private let pause: Widget = gtk_button_new_with_label("Pause")
    private let cancel: Widget = gtk_button_new_with_label("Cancel")
    private let bar: Widget = gtk_progress_bar_new()
    private let message: Widget = .label(ellipsize: PANGO_ELLIPSIZE_MIDDLE)
    private let error: Widget = gtk_label_new(nil)
    private var shownState: String?
    private var isPaused = false
    private var pulse: EventSource?

    init(_ task: TaskSnapshot) {
        id = task.id
        name.setLabel(task.name)
        name.addClass("task-name")
        gtk_widget_set_tooltip_text(name, "\(task.name), a \(task.kind)")
        state.addClass("task-state")
        gtk_label_set_ellipsize(state.opaque, PANGO_ELLIPSIZE_NONE)
        gtk_widget_set_valign(state, GTK_ALIGN_CENTER)
        cancel.setAccessibleLabel("Cancel \(task.name)")
        gtk_widget_set_tooltip_text(cancel, "Cancel \(task.name)")
        bar.setAccessibleLabel("Progress of \(task.name)")
        message.addClass("dim-label")
        message.addClass("caption")
        layOut(kind: task.kind.description)
        Signals.clicked(cancel) { [id] in taskManager.cancelTask(id: id) }
        Signals.clicked(pause) { [weak self] in self?.togglePause() }
        showPause(of: task)
        update(task)
    }

    /// Ends what goes on in the row; the list has dropped it.
    func close() {
        setPulsing(false)
    }

    /// Shows what has become of the task.
    func update(_ task: TaskSnapshot) {
        updateState(task)
        updateProgress(task)
        let text = task.message ?? ""
        message.setLabel(text)
        gtk_widget_set_tooltip_text(message, text)
        gtk_widget_set_visible(message, text.isEmpty ? 0 : 1)
        error.setLabel(task.error?.sentence ?? "")
        gtk_widget_set_visible(error, task.error == nil ? 0 : 1)
    }

    private func togglePause() {
        if isPaused { taskManager.resumeTask(id: id) } else { taskManager.pauseTask(id: id) }
    }

    private func showPause(of task: TaskSnapshot) {
        isPaused = task.isPaused
        let action = isPaused ? "Resume" : "Pause"
        gtk_button_set_label(pause.cast(to: GtkButton.self), action)
        pause.setAccessibleLabel("\(action) \(task.name)")
        gtk_widget_set_tooltip_text(pause, "\(action) \(task.name)")
    }

    private func updateState(_ task: TaskSnapshot) {
        if task.isPaused != isPaused { showPause(of: task) }
        let isEnding = task.isCancelRequested && !task.state.isTerminal
        let text = isEnding ? "cancelling" : task.isPaused ? "paused" : task.state.rawValue
        guard text != shownState else { return }
        if let shownState { state.removeClass(shownState) }
        shownState = text
        state.setLabel(text)
        state.addClass(text)
        for button in [pause, cancel] {
            gtk_widget_set_sensitive(button, isEnding || task.state.isTerminal ? 0 : 1)
        }
        widget.setAccessibleLabel("\(task.name), \(text)")
    }

    private func updateProgress(_ task: TaskSnapshot) {
        setPulsing(task.state == .running && task.progress == nil && !task.isPaused)
        if let progress = task.progress {
            gtk_progress_bar_set_fraction(bar.opaque, progress)
        } else if task.state.isTerminal {
            gtk_progress_bar_set_fraction(bar.opaque, task.state == .completed ? 1 : 0)
        }
        // Never without a text: the rows would jump when the first percent is known.
        let remaining = task.remainingTime.flatMap { $0 > .zero && !task.isPaused ? "\($0.inWords) left" : nil }
        let parts = [task.progress?.asPercent, remaining].compactMap(\.self)
        gtk_progress_bar_set_text(bar.opaque, parts.isEmpty ? " " : parts.joined(separator: " · "))
    }

    /// Moves the bar to and fro while nobody knows how much there is to do.
    private func setPulsing(_ isOn: Bool) {
        guard isOn != (pulse != nil) else { return }
        pulse?.remove()
        pulse = nil
        guard isOn else { return }
        pulse = MainContext.default.addTimeout(every: .milliseconds(80), priority: .redraw) { [weak self] in
            MainActor.assumeIsolated {
                guard let self else { return .remove }
                gtk_progress_bar_pulse(self.bar.opaque)
                return .continue
            }
        }
    }

    private func layOut(kind: String) {
        gtk_list_box_row_set_activatable(widget.cast(to: GtkListBoxRow.self), 0)
        let kindLabel: Widget = .label(kind)
        kindLabel.addClass("dim-label")
        gtk_widget_set_hexpand(kindLabel, 1)
        gtk_label_set_wrap(error.opaque, 1)
        gtk_label_set_wrap_mode(error.opaque, PANGO_WRAP_WORD_CHAR)
        gtk_label_set_xalign(error.opaque, 0)
        gtk_label_set_selectable(error.opaque, 1)
        error.addClass("task-error")
        gtk_progress_bar_set_show_text(bar.opaque, 1)
        gtk_widget_set_hexpand(bar, 1)
        gtk_widget_set_valign(bar, GTK_ALIGN_CENTER)
        let head = Widget.box(GTK_ORIENTATION_HORIZONTAL, spacing: 8)
        for child in [name, kindLabel, state, pause, cancel] { head.append(child) }
        let content = Widget.box(GTK_ORIENTATION_VERTICAL, spacing: 4)
        for child in [head, bar, message, error] { content.append(child) }
        gtk_list_box_row_set_child(widget.cast(to: GtkListBoxRow.self), content)
    }
}
