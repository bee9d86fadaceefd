public import CTaskerGTK
public import Tasker

/// Tells the desktop what the tasks of a manager are doing, and the application what that means for its end.
///
/// Main actor, as all of GTK. Made once, before `g_application_run` or later; it goes with the application, whatever becomes of
/// this object.
///
/// ```swift
/// let application = gtk_application_new("org.example.Editor", G_APPLICATION_DEFAULT_FLAGS)
/// let desktop = DesktopIntegration(application: application, manager: taskManager)
/// ```
///
/// Where there is no session bus, or nobody on it who would want to know, nothing is told and nothing waits; <doc:DesktopParts> says who
/// is told what.
@MainActor
public final class DesktopIntegration {
    /// What is done.
    public struct Parts: OptionSet, Sendable {
        /// One bit a part.
        public let rawValue: Int

        /// Parts by their bits.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// The application stays alive without a window while tasks in the list run or wait: `g_application_hold`.
        public static let hold = Parts(rawValue: 1 << 0)
        /// The action `app.quit`, if the application has none, asks before it ends tasks; ``DesktopIntegration/quit()`` asks too.
        public static let quitGuard = Parts(rawValue: 1 << 1)
        /// No suspend and no logout while a task with `TaskOptions.inhibitsSuspend` has run for ten seconds.
        public static let inhibit = Parts(rawValue: 1 << 2)
        /// A notification when a task that has worked for ten seconds ends and nobody looks at the application.
        public static let notifications = Parts(rawValue: 1 << 3)
        /// Progress and the number of running tasks on the application's icon.
        public static let launcher = Parts(rawValue: 1 << 4)
        /// The tasks that run among the jobs of KDE's notifications, where they can be paused and cancelled.
        public static let jobViews = Parts(rawValue: 1 << 5)

        /// All that there are.
        public static let all: Parts = [.hold, .quitGuard, .inhibit, .notifications, .launcher, .jobViews]
    }

    /// Begins to tell.
    ///
    /// - Parameters:
    ///   - application: One with an id: its desktop file is what most of the desktop knows it by.
    ///   - manager: Whose tasks.
    ///   - parts: What is done.
    @discardableResult
    public convenience init(
        application: UnsafeMutablePointer<GtkApplication>,
        manager: TaskManagerProxy = taskManager,
        parts: Parts = .all
    ) {
        self.init(application: application, manager: manager, parts: parts) { .microseconds(g_get_monotonic_time()) }
    }

    /// - Parameter now: The time by which it waits, instead of the system's.
    @discardableResult
    package init(
        application: UnsafeMutablePointer<GtkApplication>,
        manager: TaskManagerProxy,
        parts: Parts,
        now: @escaping @MainActor () -> Duration
    ) {
        let core = DesktopCore(application, manager, parts, now: now)
        core.begin()
        self.core = core
    }

    private weak let core: DesktopCore?

    /// Does what is due by now.
    package func look() {
        core?.look()
    }

    /// Quits the application: at once when no task runs or waits, otherwise as its user says, who is asked.
    ///
    /// The user may wait until the tasks in the list have ended, cancel them, quit without waiting for anything, or go on. Unless
    /// nothing is waited for, the windows are hidden when the tasks are to end, and the manager is shut down before the application
    /// quits, as `shutdown(waitingFor:cancelPending:)` with no time to wait does it, so that every `whenDone`
    /// has run. While the question is open, another call shows it again; while the user waits, it asks again, and who then goes on
    /// does not wait any more. It does nothing when the application has ended.
    ///
    /// ```swift
    /// // In the handler of the window's `close-request`:
    /// desktop.quit()
    /// ```
    public func quit() {
        core?.quitGuard.quit()
    }
}
