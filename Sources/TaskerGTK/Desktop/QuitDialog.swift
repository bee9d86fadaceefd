import CTaskerGTK

/// Asks what to do about the tasks that run or wait when the application is to quit.
@MainActor
final class QuitDialog {
    enum Answer: Sendable {
        case stay
        case wait
        case cancel
        case quitAnyway
    }

    /// Opens one; it is kept by its window.
    ///
    /// - Parameters:
    ///   - application: It stays while this is open, and this is above its window that was active last.
    ///   - summary: What runs.
    ///   - answer: Called once at most.
    static func open(
        in application: UnsafeMutablePointer<GtkApplication>,
        summary: String,
        answer: @escaping @MainActor (Answer) -> Void
    ) -> QuitDialog {
        let dialog = QuitDialog(application, summary, answer)
        dialog.window.attach(dialog)
        dialog.present()
        return dialog
    }

    // Not a `GtkDialog`, which GTK has been replacing since 4.10 by one that 4.8 does not have.
    private let window: Widget = gtk_window_new()
    private var answer: (@MainActor (Answer) -> Void)?

    private init(
        _ application: UnsafeMutablePointer<GtkApplication>,
        _ summary: String,
        _ answer: @escaping @MainActor (Answer) -> Void
    ) {
        self.answer = answer
        let window = window.cast(to: GtkWindow.self)
        gtk_window_set_title(window, Message.quitTitle.text)
        gtk_window_set_transient_for(window, application.windows.first)
        gtk_window_set_modal(window, 1)
        gtk_window_set_resizable(window, 0)
        gtk_window_set_application(window, application)
        gtk_window_set_child(window, makeContent(summary))
        Signals.closeRequest(self.window) { [weak self] in self?.end(.stay) }
        // Whoever destroys it has not answered.
        Signals.destroy(self.window) { [weak self] in self?.end(.stay) }
        closeOnEscape()
    }

    func present() {
        gtk_window_present(window.cast(to: GtkWindow.self))
    }

    /// Takes the question back.
    func close() {
        answer = nil
        gtk_window_destroy(window.cast(to: GtkWindow.self))
    }

    private func end(_ answer: Answer) {
        guard let tell = self.answer else { return }
        self.answer = nil
        gtk_window_destroy(window.cast(to: GtkWindow.self))
        tell(answer)
    }

    private func makeContent(_ summary: String) -> Widget {
        let content = Widget.box(GTK_ORIENTATION_VERTICAL, spacing: 12)
        content.setMargins(24)
        StyleSheet.widgets.install()
        let question: Widget = .label(Message.quitQuestion.text)
        question.addClass("tasker-name")
        let tasks: Widget = .label(summary, ellipsize: PANGO_ELLIPSIZE_MIDDLE)
        tasks.addClass("dim-label")
        // A long name does not make it wide.
        gtk_label_set_max_width_chars(tasks.opaque, 40)
        for child in [question, tasks] { content.append(child) }
        let wait = makeButton(.quitWait, .wait)
        wait.addClass("suggested-action")
        let cancel = makeButton(.quitCancel, .cancel)
        cancel.addClass("destructive-action")
        let others = [makeButton(.quitAnyway, .quitAnyway), makeButton(.keepRunning, .stay)]
        for button in [wait, cancel] + others { content.append(button) }
        gtk_window_set_default_widget(window.cast(to: GtkWindow.self), wait)
        return content
    }

    private func makeButton(_ label: Message, _ answer: Answer) -> Widget {
        let button: Widget = gtk_button_new_with_mnemonic(label.text)
        // GTK 4.8 names a button by its text, underscore included, and by its label as well.
        gtk_accessible_reset_property(button.opaque, GTK_ACCESSIBLE_PROPERTY_LABEL)
        Signals.clicked(button) { [weak self] in self?.end(answer) }
        return button
    }

    private func closeOnEscape() {
        let controller = gtk_shortcut_controller_new()
        let shortcut = gtk_shortcut_new(
            gtk_keyval_trigger_new(guint(GDK_KEY_Escape), GdkModifierType(rawValue: 0)),
            gtk_named_action_new("window.close")
        )
        gtk_shortcut_controller_add_shortcut(controller, shortcut)
        gtk_widget_add_controller(window, controller)
    }
}
