import CTaskerGTK
import GLibMainLoop
import Tasker

/// Follows a manager for the parts of a ``DesktopIntegration``; kept by the application.
@MainActor
final class DesktopCore {
    let quitGuard: QuitGuard
    // Lent: the application keeps this, not the other way round.
    private let application: UnsafeMutablePointer<GtkApplication>
    private let proxy: TaskManagerProxy
    private let wanted: DesktopIntegration.Parts
    private let now: @MainActor () -> Duration
    private var parts: [any DesktopPart] = []
    private var activity = TaskActivity()
    private var connection: SignalConnection?
    private var timer: EventSource?

    init(
        _ application: UnsafeMutablePointer<GtkApplication>,
        _ proxy: TaskManagerProxy,
        _ wanted: DesktopIntegration.Parts,
        now: @escaping @MainActor () -> Duration
    ) {
        (self.application, self.proxy, self.wanted, self.now) = (application, proxy, wanted, now)
        quitGuard = QuitGuard(application, proxy)
    }

    isolated deinit {
        connection?.disconnect()
        timer?.remove()
    }

    /// Follows the manager from now on, or from when the application has a bus.
    func begin() {
        // The handlers are the references that keep this.
        Signals.shutdown(application) { [self] in close() }
        if wanted.contains(.quitGuard) { quitGuard.addAction() }
        connection = proxy.tasksUpdated.connect { [weak self] tasks, _ in self?.update(tasks) }
        if g_application_get_is_registered(application.application) != 0 {
            beginTelling()
        } else {
            Signals.startup(application) { [self] in beginTelling() }
        }
    }

    private func beginTelling() {
        // Not before: an application that only activates another one, or says what is wrong with its arguments, would stay.
        if wanted.contains(.hold) { parts.append(ApplicationHold(application, proxy)) }
        if let bus = SessionBus(of: application) { addParts(bus) }
        // They have seen nothing, whatever there was before.
        activity = TaskActivity()
        update(proxy.tasks)
    }

    private func addParts(_ bus: SessionBus) {
        let id = g_application_get_application_id(application.application).map { String(cString: $0) }
        if wanted.contains(.inhibit) {
            let name = id ?? g_get_prgname().map { String(cString: $0) } ?? "tasker"
            parts.append(SuspendInhibitor(SuspendLock(bus, application: name), proxy.manager))
        }
        // The rest is told under the name of the desktop file.
        guard let id else { return }
        if wanted.contains(.notifications) { parts.append(EndNotifier(application, bus)) }
        let views = wanted.contains(.jobViews) ? makeViews(bus, id) : nil
        if wanted.contains(.launcher) {
            parts.append(
                LauncherEntry(bus, application: id, proxy.manager) { [weak views] in views?.hasService == true }
            )
        }
        if let views { parts.append(views) }
    }

    private func makeViews(_ bus: SessionBus, _ id: String) -> JobViews {
        // An end that is told by a notification is not told by the job as well.
        let isTransient = wanted.contains(.notifications)
        return JobViews(bus, proxy, JobViewStyle(application: id, isTransient: isTransient)) { [weak self] in
            self?.look()
        }
    }

    private func close() {
        connection?.disconnect()
        timer?.remove()
        (connection, timer) = (nil, nil)
        for part in parts { part.close() }
        parts = []
        quitGuard.close()
    }

    private func update(_ tasks: TaskList) {
        let time = now()
        // A handler before this one may have run the loop, and with it a newer list, already.
        guard let moves = activity.update(tasks, at: time) else { return }
        let change = DesktopChange(
            now: time,
            tasks: tasks,
            began: moves.began,
            ended: Self.last(moves.ended, in: tasks),
            changed: moves.changed
        )
        for part in parts { part.update(change) }
        look()
    }

    /// Does what is due.
    func look() {
        let time = now()
        activity.look(at: time)
        let moment = DesktopMoment(now: time, activity: shownActivity)
        for part in parts { part.look(moment) }
        setTimer(at: time)
    }

    private var shownActivity: DesktopMoment.Activity {
        guard activity.isShown else { return .none }
        return activity.running.isEmpty ? .resting : .running(activity.running.count)
    }

    private func setTimer(at time: Duration) {
        timer?.remove()
        timer = (parts.map(\.nextLook) + [activity.nextLook]).compactMap(\.self).min().map { next in
            MainContext.default.addTimeout(every: max(.zero, next - time)) { [weak self] in
                MainActor.assumeIsolated {
                    self?.timer = nil
                    self?.look()
                }
                return .remove
            }
        }
    }

    private static func last(_ ids: [TaskID], in tasks: TaskList) -> [(id: TaskID, last: TaskSnapshot?)] {
        lazy var left = Dictionary(tasks.left.map { ($0.id, $0) }) { _, last in last }
        return ids.map { ($0, tasks[id: $0] ?? left[$0]) }
    }
}
