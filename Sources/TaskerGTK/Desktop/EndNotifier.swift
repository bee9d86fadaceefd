import CTaskerGTK
import Tasker

/// Shows a notification when tasks have ended and no window of the application is the active one; a click shows the application.
@MainActor
final class EndNotifier: DesktopPart {
    private let application: UnsafeMutablePointer<GtkApplication>
    private let bus: SessionBus
    private var notice = EndNotice()
    private var isShown = false
    /// Whether somebody shows notifications, as far as is known: GLib warns in the log where nobody does.
    private var hasServer = false

    /// One, which a newer one replaces.
    private static let id = "tasker-ended"
    private static let action = "tasker-show"
    /// Those through which GLib shows notifications.
    private static let servers: Set = [
        "org.freedesktop.Notifications", "org.gtk.Notifications", "org.freedesktop.portal.Desktop",
    ]

    init(_ application: UnsafeMutablePointer<GtkApplication>, _ bus: SessionBus) {
        (self.application, self.bus) = (application, bus)
        findServer()
        application.addAction(Self.action) { [weak self] in self?.open() }
        Signals.windowAdded(application) { [weak self] in self?.watch($0) }
        for window in application.windows { watch(window) }
    }

    private func findServer() {
        bus.findAny(of: Self.servers) { [weak self] in self?.hasServer = $0 }
    }

    func update(_ change: DesktopChange) {
        guard !change.ended.isEmpty, !isActive else { return }
        for case (_, let task?) in change.ended { notice.add(task, at: change.now) }
        // It may have come since; by the time at which the notice is due that is known.
        if notice.nextLook != nil, !hasServer { findServer() }
    }

    func look(_ moment: DesktopMoment) {
        if notice.take(at: moment.now) { show() }
    }

    private func show() {
        guard hasServer else { return }
        isShown = true
        let notification = g_notification_new(notice.title)
        g_notification_set_body(notification, notice.body)
        g_notification_set_default_action(notification, "app.\(Self.action)")
        if !notice.failed.isEmpty { g_notification_set_priority(notification, G_NOTIFICATION_PRIORITY_HIGH) }
        g_application_send_notification(application.application, Self.id, notification)
        g_object_unref(notification.map { UnsafeMutableRawPointer($0) })
    }

    var nextLook: Duration? { notice.nextLook }

    /// What has been shown stays; what ended last may have been all that the application was there for.
    func close() {
        if notice.take(at: .seconds(Int64.max)) { show() }
    }

    private var isActive: Bool {
        application.windows.contains { gtk_window_is_active($0) != 0 }
    }

    private func watch(_ window: UnsafeMutablePointer<GtkWindow>) {
        Signals.activeChanged(window) { [weak self] in self?.forgetIfActive() }
    }

    /// Who sees the application knows what has ended.
    private func forgetIfActive() {
        guard isActive else { return }
        notice = EndNotice()
        guard isShown else { return }
        isShown = false
        g_application_withdraw_notification(application.application, Self.id)
    }

    private func open() {
        (notice, isShown) = (EndNotice(), false)
        application.show()
    }
}
