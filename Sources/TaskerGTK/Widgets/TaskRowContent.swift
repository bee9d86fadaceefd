import CTaskerGTK
import GLibMainLoop
import Tasker

/// What a ``TaskRow`` consists of; belongs to its widget.
@MainActor
final class TaskRowContent {
    private let proxy: TaskManagerProxy
    // Children of the widget, which go with it.
    private let name: Widget = .label()
    private let kind: Widget = .label()
    private let state: Widget = .label(ellipsize: PANGO_ELLIPSIZE_NONE)
    private let pause: Widget = gtk_button_new()
    private let cancel: Widget = gtk_button_new_with_label(Message.cancel.text)
    private let retry: Widget = gtk_button_new_with_label(Message.retry.text)
    private let bar: TaskBar
    private let message: Widget = .label(ellipsize: PANGO_ELLIPSIZE_MIDDLE)
    private let failure = Widget.box(GTK_ORIENTATION_HORIZONTAL, spacing: 8)
    private let error: Widget = gtk_label_new(nil)
    private var shownState: String?
    private var isPaused: Bool?
    /// The task that is shown, with a reference to its item.
    private var shown: (item: UnsafeMutablePointer<GObject>, handler: gulong)?
    private var isDestroyed = false
    /// Called with a name and a state whenever these have changed, for the accessible name of what the row stands in.
    var onLabel: (String) -> Void = { _ in }

    init(in widget: Widget, _ proxy: TaskManagerProxy) {
        self.proxy = proxy
        bar = TaskBar(proxy)
        StyleSheet.widgets.install()
        layOut(widget)
        Signals.clicked(cancel) { [weak self] in self?.withTask { proxy.cancelTask(id: $0.id) } }
        Signals.clicked(pause) { [weak self] in
            self?.withTask { if $0.isPaused { proxy.resumeTask(id: $0.id) } else { proxy.pauseTask(id: $0.id) } }
        }
        Signals.clicked(retry) { [weak self] in self?.retryTask() }
        Signals.tooltip(message) { [weak self] in self?.task?.message }
        Signals.tooltip(cancel) { [weak self] in self?.task.map(Self.cancelText) }
        Signals.tooltip(pause) { [weak self] in self?.task.map(Self.pauseText) }
        Signals.tooltip(retry) { [weak self] in self?.task.map(Self.retryText) }
        Signals.mapped(widget) { [bar] in bar.setMapped($0) }
        Signals.destroy(widget) { [weak self] in self?.destroy() }
    }

    /// The widget goes, and its children have.
    private func destroy() {
        forget()
        isDestroyed = true
    }

    isolated deinit {
        forget()
    }

    /// What a row's widget consists of.
    static func of(_ widget: Widget?) -> TaskRowContent? {
        widget?.peer(as: TaskRowContent.self)
    }

    // MARK: - The task

    func show(_ item: UnsafeMutableRawPointer?) {
        guard !isDestroyed else { return }
        forget()
        guard let item, TaskListModel.task(of: item) != nil else { return clear() }
        let object = item.assumingMemoryBound(to: GObject.self)
        g_object_ref(object)
        shown = (object, Signals.changed(object) { [weak self] in self?.update() })
        (shownState, isPaused) = (nil, nil)
        update()
    }

    /// Follows no task any more, and leaves what is shown as it is, for the next one.
    func forget() {
        bar.forget()
        guard let (item, handler) = shown else { return }
        shown = nil
        Signals.disconnect(item, handler)
        g_object_unref(item)
    }

    /// Starts the task again, as another one, which this row does not show.
    private func retryTask() {
        withTask { proxy.retryTask(id: $0.id) }
        // Also where that could not be done: it never will be.
        retry.setVisible(false)
    }

    private func clear() {
        for label in [name, kind, state, message, error] { label.setLabel("") }
        for widget in [state, pause, cancel, retry, message, failure] { widget.setVisible(false) }
        bar.clear()
        onLabel("")
    }

    private var task: TaskSnapshot? {
        TaskListModel.task(of: shown?.item)
    }

    private func withTask(_ body: (TaskSnapshot) -> Void) {
        if let task { body(task) }
    }

    private func update() {
        withTask { task in
            name.setLabel(task.name)
            kind.setLabel(TaskText.kind(of: task))
            updateState(task)
            bar.update(task)
            let text = task.message ?? ""
            message.setLabel(text)
            message.setVisible(!text.isEmpty)
            error.setLabel(task.error.map(TaskText.sentence(of:)) ?? "")
            failure.setVisible(task.error != nil)
        }
    }

    private func updateState(_ task: TaskSnapshot) {
        showPause(of: task)
        let isEnding = task.isCancelRequested && !task.state.isTerminal
        let text = TaskText.state(of: task)
        for button in [pause, cancel] {
            button.setSensitive(!isEnding && !task.state.isTerminal)
            button.setVisible(!task.state.isTerminal)
        }
        retry.setVisible(task.isRetryable)
        guard text != shownState else { return }
        for name in TaskState.allCases.map(\.rawValue) { state.removeClass(name) }
        shownState = text
        state.setLabel(text)
        state.setVisible(true)
        state.addClass(task.state.rawValue)
        name.setAccessibleLabel(task.name)
        cancel.setAccessibleLabel(Self.cancelText(of: task))
        retry.setAccessibleLabel(Self.retryText(of: task))
        bar.setAccessibleLabel(Message.progressOf.text(["name": task.name]))
        onLabel(Message.nameAndState.text(["name": task.name, "state": text]))
    }

    private static func cancelText(of task: TaskSnapshot) -> String {
        Message.cancelName.text(["name": task.name])
    }

    private static func retryText(of task: TaskSnapshot) -> String {
        Message.retryName.text(["name": task.name])
    }

    private static func pauseText(of task: TaskSnapshot) -> String {
        (task.isPaused ? Message.resumeName : .pauseName).text(["name": task.name])
    }

    private func showPause(of task: TaskSnapshot) {
        guard task.isPaused != isPaused else { return }
        isPaused = task.isPaused
        gtk_button_set_label(pause.cast(to: GtkButton.self), (task.isPaused ? Message.resume : .pause).text)
        pause.setAccessibleLabel(Self.pauseText(of: task))
    }

    // MARK: - Layout

    private func layOut(_ widget: Widget) {
        widget.addClass("tasker-row")
        name.addClass("tasker-name")
        state.addClass("tasker-state")
        gtk_widget_set_valign(state, GTK_ALIGN_CENTER)
        for label in [kind, message] { label.addClass("dim-label") }
        message.addClass("caption")
        gtk_widget_set_hexpand(kind, 1)
        let head = Widget.box(GTK_ORIENTATION_HORIZONTAL, spacing: 8)
        for child in [name, kind, state, pause, cancel, retry] { head.append(child) }
        layOutFailure()
        for child in [head, bar.widget, message, failure] { widget.append(child) }
    }

    private func layOutFailure() {
        gtk_label_set_wrap(error.opaque, 1)
        gtk_label_set_wrap_mode(error.opaque, PANGO_WRAP_WORD_CHAR)
        gtk_label_set_xalign(error.opaque, 0)
        gtk_label_set_selectable(error.opaque, 1)
        gtk_widget_set_hexpand(error, 1)
        error.addClass("tasker-error")
        let copy: Widget = gtk_button_new_with_label(Message.copy.text)
        copy.setAccessibleLabel(Message.copyError.text)
        Signals.tooltip(copy) { Message.copyError.text }
        gtk_widget_set_valign(copy, GTK_ALIGN_START)
        Signals.clicked(copy) { [weak self] in
            self?.withTask { task in
                guard let error = task.error else { return }
                gdk_clipboard_set_text(gtk_widget_get_clipboard(copy), TaskText.sentence(of: error))
            }
        }
        failure.append(error)
        failure.append(copy)
    }
}
