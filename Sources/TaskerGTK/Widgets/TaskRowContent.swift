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
    // Pictures of GTK's own, so that they are there whatever theme is; words would leave the name no room in a narrow window.
    private let cancel: Widget = gtk_button_new_from_icon_name("window-close-symbolic")
    private let retry: Widget = gtk_button_new_from_icon_name("view-refresh-symbolic")
    private let bar: TaskBar
    private let message: Widget = .label(ellipsize: PANGO_ELLIPSIZE_MIDDLE)
    private let failure = Widget.box(GTK_ORIENTATION_HORIZONTAL, spacing: 8)
    private let error: Widget = gtk_label_new(nil)
    private var shownPhase: Phase?
    private var isMapped = false
    /// Whether the task has changed since all of it was shown.
    private var isStale = false
    /// The task that is shown, with a reference to its item.
    private var shown: (item: UnsafeMutablePointer<GObject>, handler: gulong)?
    private var isDestroyed = false

    /// What changes seldom.
    private struct Phase: Equatable {
        let state: TaskState
        let isPaused: Bool
        let isCancelRequested: Bool
        let isRetryable: Bool

        init(_ task: TaskSnapshot) {
            (state, isPaused) = (task.state, task.isPaused)
            (isCancelRequested, isRetryable) = (task.isCancelRequested, task.isRetryable)
        }
    }

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
        Signals.mapped(widget) { [weak self] in self?.setMapped($0) }
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
        shown = (object, Signals.changed(object) { [weak self] in self?.change() })
        shownPhase = nil
        update()
    }

    /// A list keeps two hundred rows of which eight can be seen: of the others only what a screen reader tells is kept up to date.
    private func change() {
        if isMapped {
            update()
        } else {
            isStale = true
            withTask(updatePhase)
        }
    }

    private func setMapped(_ isMapped: Bool) {
        self.isMapped = isMapped
        bar.setMapped(isMapped)
        if isMapped, isStale { update() }
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
        // Also where that could not be done: it hardly ever will be.
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
        isStale = false
        withTask { task in
            updatePhase(task)
            bar.update(task)
            let text = task.message ?? ""
            message.setLabel(text)
            message.setVisible(!text.isEmpty)
            error.setLabel(task.error.map(TaskText.sentence(of:)) ?? "")
            failure.setVisible(task.error != nil)
        }
    }

    private func updatePhase(_ task: TaskSnapshot) {
        let phase = Phase(task)
        guard phase != shownPhase else { return }
        shownPhase = phase
        name.setLabel(task.name)
        name.setAccessibleLabel(task.name)
        kind.setLabel(TaskText.kind(of: task))
        showButtons(phase, task)
        for name in TaskState.allCases.map(\.rawValue) { state.removeClass(name) }
        let text = TaskText.state(of: task)
        state.setLabel(text)
        state.setVisible(true)
        state.addClass(task.state.rawValue)
        bar.setAccessibleLabel(Message.progressOf.text(["name": task.name]))
        onLabel(Message.nameAndState.text(["name": task.name, "state": text]))
    }

    private func showButtons(_ phase: Phase, _ task: TaskSnapshot) {
        let hasEnded = phase.state.isTerminal
        for button in [pause, cancel] {
            button.setSensitive(!phase.isCancelRequested && !hasEnded)
            button.setVisible(!hasEnded)
        }
        retry.setVisible(phase.isRetryable)
        let picture = phase.isPaused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic"
        gtk_button_set_icon_name(pause.cast(to: GtkButton.self), picture)
        pause.setAccessibleLabel(Self.pauseText(of: task))
        cancel.setAccessibleLabel(Self.cancelText(of: task))
        retry.setAccessibleLabel(Self.retryText(of: task))
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

    // MARK: - Layout

    private func layOut(_ widget: Widget) {
        widget.addClass("tasker-row")
        name.addClass("tasker-name")
        state.addClass("tasker-state")
        gtk_widget_set_valign(state, GTK_ALIGN_CENTER)
        for label in [kind, message] { label.addClass("dim-label") }
        message.addClass("caption")
        gtk_widget_set_hexpand(kind, 1)
        for button in [pause, cancel, retry] {
            button.addClass("flat")
            gtk_widget_set_valign(button, GTK_ALIGN_CENTER)
        }
        gtk_label_set_width_chars(name.opaque, 8)
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
