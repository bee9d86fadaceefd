import DequeModule
import Tasker

/// The tasks that have run for half a second among the jobs of KDE's notifications, while such a service is on the bus.
///
/// `org.kde.JobViewServerV2` and `org.kde.JobViewV3`, as https://invent.kde.org/frameworks/kjobwidgets has them.
@MainActor
final class JobViews: DesktopPart {
    private let bus: SessionBus
    private let proxy: TaskManagerProxy
    private let style: JobViewStyle
    private let wake: @MainActor () -> Void
    /// nil: there is no such service.
    private var views: [TaskID: JobView]?
    /// Those that will have run long enough, the next one first.
    private var candidates: Deque<(id: TaskID, due: Duration)> = []
    /// The service has come since what runs was looked at.
    private var isNew = false
    private var pace = Pace.ofDesktop
    private var watch: SessionBus.Watch?

    /// Nobody reads more, and each costs the service a window.
    static let limit = 32

    /// - Parameter wake: Called when there is something to be looked at that is no change of a task.
    init(
        _ bus: SessionBus,
        _ proxy: TaskManagerProxy,
        _ style: JobViewStyle,
        wake: @escaping @MainActor () -> Void
    ) {
        (self.bus, self.proxy, self.style, self.wake) = (bus, proxy, style, wake)
        watch = bus.watch(JobView.service) { [weak self] in self?.setService($0) }
    }

    var hasService: Bool { views != nil }

    private func setService(_ isThere: Bool) {
        views = isThere ? [:] : nil
        (candidates, waitingCount) = ([], 0)
        isNew = isThere
        wake()
    }

    func update(_ change: DesktopChange) {
        guard views != nil else { return }
        for id in change.began { candidates.append((id, change.now + TaskActivity.patience)) }
        for (id, last) in change.ended { views?.removeValue(forKey: id)?.end(last) }
        // A view says most of what a snapshot does; what has not changed is not sent.
        if views?.isEmpty == false { pace.request() }
    }

    func look(_ moment: DesktopMoment) {
        guard views != nil else { return }
        if isNew { addRunning(at: moment.now) }
        openDue(at: moment.now)
        guard pace.take(at: moment.now) else { return }
        for view in views?.values ?? [:].values { proxy.tasks[id: view.id].map(view.show) }
    }

    /// What ran when the service came.
    private func addRunning(at now: Duration) {
        isNew = false
        for task in proxy.tasks where task.state == .running {
            candidates.append((task.id, now + max(.zero, TaskActivity.patience - proxy.elapsed(of: task))))
        }
        candidates = Deque(candidates.sorted { $0.due < $1.due })
    }

    /// Opens a view for each task that has run long enough, as long as there is room.
    private func openDue(at now: Duration) {
        while let next = candidates.first, next.due <= now {
            let task = proxy.tasks[id: next.id].flatMap { $0.state == .running ? $0 : nil }
            // Those that have ended make room for those behind them also where there is none for a view.
            guard task == nil || (views?.count ?? 0) < Self.limit else { break }
            candidates.removeFirst()
            guard let task, views?[task.id] == nil else { continue }
            views?[task.id] = JobView(of: task, bus, proxy, style)
        }
        dropEnded()
    }

    /// Where there is no room for a view, they would be more and more.
    private func dropEnded() {
        guard candidates.count > 4 * Self.limit, candidates.count > 2 * waitingCount else { return }
        candidates.removeAll { proxy.tasks.state(of: $0.id) != .running }
        waitingCount = candidates.count
    }

    /// How many there were when those that had ended were dropped last.
    private var waitingCount = 0

    var nextLook: Duration? {
        guard let views else { return nil }
        let open = views.count < Self.limit ? candidates.first?.due : nil
        return [open, pace.next].compactMap(\.self).min()
    }

    func close() {
        watch = nil
        for view in views?.values ?? [:].values { view.end(proxy.tasks[id: view.id]) }
        views = nil
    }
}
