import DequeModule
import Tasker

/// The tasks that have run for half a second among the jobs of KDE's notifications, while such a service is on the bus.
///
/// `org.kde.JobViewServerV2` and `org.kde.JobViewV3`, as https://invent.kde.org/frameworks/kjobwidgets has them.
@MainActor
final class JobViews: DesktopPart {
    private let bus: SessionBus
    private let application: String
    private let proxy: TaskManagerProxy
    private let wake: @MainActor () -> Void
    /// nil: there is no such service.
    private var views: [TaskID: JobView]?
    /// Those that will have run long enough, the next one first.
    private var candidates: Deque<(id: TaskID, due: Duration)> = []
    private var pace = Pace.ofDesktop
    private var watch: SessionBus.Watch?

    /// Nobody reads more, and each costs the service a window.
    static let limit = 32
    static let service = "org.kde.JobViewServer"

    /// - Parameter wake: Called when there is something to be looked at that is no change of a task.
    init(_ bus: SessionBus, application: String, _ proxy: TaskManagerProxy, wake: @escaping @MainActor () -> Void) {
        (self.bus, self.application, self.proxy, self.wake) = (bus, application, proxy, wake)
        watch = bus.watch(Self.service) { [weak self] isThere in self?.setService(isThere) }
    }

    private func setService(_ isThere: Bool) {
        views = isThere ? [:] : nil
        candidates = []
        if isThere {
            for task in proxy.tasks where task.state == .running { candidates.append((task.id, .zero)) }
        }
        wake()
    }

    func update(_ change: DesktopChange) {
        guard views != nil else { return }
        for id in change.began { candidates.append((id, change.now + TaskActivity.patience)) }
        for task in change.ended { views?.removeValue(forKey: task.id)?.end(task) }
        // A view says most of what a snapshot does; what has not changed is not sent.
        if views?.isEmpty == false { pace.request() }
    }

    func look(_ moment: DesktopMoment) {
        guard views != nil else { return }
        openDue(at: moment.now)
        guard pace.take(at: moment.now) else { return }
        for view in views?.values ?? [:].values { proxy.tasks[id: view.id].map(view.show) }
    }

    var nextLook: Duration? {
        guard let views else { return nil }
        let open = views.count < Self.limit ? candidates.first?.due : nil
        return [open, pace.next].compactMap(\.self).min()
    }

    /// Opens a view for each task that has run long enough, as long as there is room.
    private func openDue(at now: Duration) {
        while let count = views?.count, count < Self.limit, let next = candidates.first, next.due <= now {
            candidates.removeFirst()
            guard let task = proxy.tasks[id: next.id], task.state == .running else { continue }
            views?[task.id] = JobView(of: task, bus, application: application, proxy)
        }
    }

    func close() {
        watch = nil
        for view in views?.values ?? [:].values { proxy.tasks[id: view.id].map(view.end) }
        views = nil
    }
}
