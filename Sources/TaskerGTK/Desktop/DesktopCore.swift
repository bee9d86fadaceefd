import CTaskerGTK
import GLibMainLoop
import Tasker

/// Follows a manager for the parts of a ``DesktopIntegration``; kept by the application.
@MainActor
final class DesktopCore {
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
    }

    /// Follows the manager from now on, or from when the application has a bus.
    func begin() {
        // The handlers are the references that keep this.
        Signals.shutdown(application) { [self] in close() }
        if wanted.contains(.hold) { parts.append(ApplicationHold(application, proxy.manager)) }
        if g_application_get_is_registered(application.application) != 0 {
            beginTelling()
        } else {
            Signals.startup(application) { [self] in beginTelling() }
        }
        connection = proxy.tasksUpdated.connect { [weak self] tasks, _ in self?.update(tasks) }
        update(proxy.tasks)
    }

    private func beginTelling() {
        guard let bus = SessionBus(of: application) else { return }
        let id = g_application_get_application_id(application.application).map { String(cString: $0) }
        if wanted.contains(.inhibit) { parts.append(SuspendInhibitor(bus, application: id ?? "", proxy.manager)) }
        // The rest is told under the name of the desktop file.
        guard let id else { return }
        if wanted.contains(.notifications) { parts.append(EndNotifier(application)) }
        if wanted.contains(.launcher) { parts.append(LauncherEntry(bus, application: id, proxy.manager)) }
        guard wanted.contains(.jobViews) else { return }
        parts.append(JobViews(bus, application: id, proxy) { [weak self] in self?.look() })
    }

    private func close() {
        connection?.disconnect()
        timer?.remove()
        (connection, timer) = (nil, nil)
        for part in parts { part.close() }
        parts = []
    }

    private func update(_ tasks: TaskList) {
        let time = now()
        let moves = activity.update(tasks, at: time)
        let change = DesktopChange(
            now: time,
            tasks: tasks,
            began: moves.began,
            ended: Self.last(moves.ended, in: tasks)
        )
        for part in parts { part.update(change) }
        look()
    }

    /// Does what is due.
    func look() {
        let time = now()
        activity.look(at: time)
        let moment = DesktopMoment(now: time, shownCount: activity.isShown ? activity.running.count : 0)
        for part in parts { part.look(moment) }
        setTimer(at: time)
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

    private static func last(_ ids: [TaskID], in tasks: TaskList) -> [TaskSnapshot] {
        lazy var left = Dictionary(tasks.left.map { ($0.id, $0) }) { _, last in last }
        return ids.compactMap { tasks[id: $0] ?? left[$0] }
    }
}
