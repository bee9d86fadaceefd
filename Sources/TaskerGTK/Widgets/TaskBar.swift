import CTaskerGTK
import FoundationEssentials
import GLibMainLoop
import Tasker

/// The progress of one task: a bar with the percentage, the time that has passed and the time left.
@MainActor
final class TaskBar {
    let widget: Widget = gtk_progress_bar_new()
    private let proxy: TaskManagerProxy
    private var task: TaskSnapshot?
    private var isMapped = false
    private var timer: EventSource?
    private var isPulsing = false

    init(_ proxy: TaskManagerProxy) {
        self.proxy = proxy
        gtk_progress_bar_set_show_text(widget.opaque, 1)
        gtk_progress_bar_set_ellipsize(widget.opaque, PANGO_ELLIPSIZE_END)
        gtk_widget_set_hexpand(widget, 1)
        gtk_widget_set_valign(widget, GTK_ALIGN_CENTER)
    }

    func setAccessibleLabel(_ label: String) {
        widget.setAccessibleLabel(label)
    }

    func update(_ task: TaskSnapshot) {
        self.task = task
        if let progress = task.progress {
            gtk_progress_bar_set_fraction(widget.opaque, progress)
        } else if task.state != .running || !isPulsing {
            // What was shown before is another task's, or an earlier attempt's.
            gtk_progress_bar_set_fraction(widget.opaque, task.state == .completed ? 1 : 0)
        }
        showText()
        runTimer()
    }

    /// What cannot be seen needs no timer.
    func setMapped(_ isMapped: Bool) {
        self.isMapped = isMapped
        // It is unmapped also at its end, when the bar has gone.
        if isMapped { showText() }
        runTimer()
    }

    /// Follows no task any more.
    func forget() {
        task = nil
        runTimer()
    }

    /// Shows none.
    func clear() {
        forget()
        gtk_progress_bar_set_fraction(widget.opaque, 0)
        gtk_progress_bar_set_text(widget.opaque, " ")
    }

    isolated deinit {
        timer?.remove()
    }

    private func showText() {
        guard let task else { return }
        let detail = TaskText.detail(of: task)
        let elapsed = task.started == nil ? nil : TaskText.duration(proxy.elapsed(of: task), rounded: .down)
        let remaining =
            task.isPaused
            ? nil
            : task.remainingTime.flatMap { remaining in
                remaining > .zero
                    ? Message.timeLeft.text(["time": TaskText.duration(remaining, rounded: .up)]) : nil
            }
        let parts = [task.progress.map(TaskText.percent), detail, elapsed, remaining].compactMap(\.self)
        // Never without a text: the rows would jump when there is one.
        gtk_progress_bar_set_text(widget.opaque, parts.isEmpty ? " " : parts.joined(separator: " · "))
    }

    private func isMoving(_ task: TaskSnapshot) -> Bool {
        task.state == .running && !task.isPaused && task.nextStart.map { $0.date < .now } ?? true
    }

    // MARK: - What moves by itself

    private func runTimer() {
        let moves = isMapped && task.map(isMoving) == true
        let pulses = moves && task?.progress == nil && areAnimationsWanted
        guard moves != (timer != nil) || pulses != isPulsing else { return }
        timer?.remove()
        timer = nil
        isPulsing = pulses
        guard moves else { return }
        // The text tells whole seconds. A bar that pulses is drawn anew each time, so it does not at each frame.
        let interval = pulses ? Duration.milliseconds(80) : .seconds(1)
        timer = MainContext.default.addTimeout(every: interval, priority: .redraw) { [weak self] in
            MainActor.assumeIsolated { self?.tick() }
            return .continue
        }
    }

    private func tick() {
        if isPulsing { gtk_progress_bar_pulse(widget.opaque) }
        showText()
    }

    /// Whether the user has not asked for less motion.
    private var areAnimationsWanted: Bool {
        var value = GValue()
        g_object_get_property(
            gtk_widget_get_settings(widget).map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: GObject.self) },
            "gtk-enable-animations",
            &value
        )
        defer { g_value_unset(&value) }
        return g_value_get_boolean(&value) != 0
    }
}
