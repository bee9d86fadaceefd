import Tasker

/// How an application's jobs are shown.
struct JobViewStyle {
    /// By the name of its desktop file.
    let application: String
    /// Whether one that has ended is gone at once.
    let isTransient: Bool
}

/// A task among the jobs of KDE's notifications, from which it can be paused, resumed and cancelled.
@MainActor
final class JobView {
    private enum State {
        case requested
        case open(BusObject, subscription: SessionBus.Subscription)
        case ended
    }

    let id: TaskID
    private let bus: SessionBus
    private let proxy: TaskManagerProxy
    private var state = State.requested
    private var told: [String: BusValue] = [:]
    private var last: TaskSnapshot

    static let service = "org.kde.JobViewServer"
    private static let interface = "org.kde.JobViewV3"
    /// It can be cancelled, and paused.
    private static let capabilities: Int32 = 1 | 2

    /// Asks for a view.
    init(of task: TaskSnapshot, _ bus: SessionBus, _ proxy: TaskManagerProxy, _ style: JobViewStyle) {
        (id, last, self.bus, self.proxy) = (task.id, task, bus, proxy)
        let server = BusObject(name: Self.service, path: "/JobViewServer", interface: "org.kde.JobViewServerV2")
        var hints = Self.properties(of: task)
        // The service has a delay of its own.
        hints["immediate"] = .boolean(true)
        hints["transient"] = .boolean(style.isTransient)
        // `self` is kept until the answer is there: a view that comes after the task's end has to be ended.
        bus.call(
            server,
            "requestView",
            [.string(style.application), .int32(Self.capabilities), .dictionary(hints)],
            reply: "(o)"
        ) { [self] reply in reply.map { open($0.string) } }
    }

    private func open(_ path: String) {
        let object = BusObject(name: Self.service, path: path, interface: Self.interface)
        let subscription = bus.subscribe(object) { [weak self] signal, _ in self?.receive(signal) }
        let hasEnded = if case .ended = state { true } else { false }
        state = .open(object, subscription: subscription)
        show(last)
        if hasEnded { end(last) }
    }

    private func receive(_ signal: String) {
        switch signal {
        case "cancelRequested": proxy.cancelTask(id: id)
        case "suspendRequested": proxy.pauseTask(id: id)
        case "resumeRequested": proxy.resumeTask(id: id)
        default: break
        }
    }

    /// Tells what has changed since it was told last.
    func show(_ task: TaskSnapshot) {
        last = task
        guard case .open(let object, _) = state else { return }
        let properties = Self.properties(of: task)
        let changed = properties.filter { told[$0.key] != $0.value }
        told = properties
        if !changed.isEmpty { bus.call(object, "update", [.dictionary(changed)]) }
    }

    /// Tells the end; of a task that has not ended, that the application does.
    ///
    /// - Parameter task: As it was last; nil: as it was shown last.
    func end(_ task: TaskSnapshot?) {
        let task = task ?? last
        show(task)
        guard case .open(let object, _) = state else {
            state = .ended
            return
        }
        state = .ended
        let (code, text) = Self.outcome(of: task)
        bus.call(object, "terminate", [.uint32(code), .string(text), .dictionary([:])])
    }

    /// As KJob numbers errors: 0 for none, 1 for a job that was killed, from 100 on what is the application's own.
    private static func outcome(of task: TaskSnapshot) -> (code: UInt32, text: String) {
        switch task.state {
        case .completed: (0, "")
        case .failed: (100, task.error.map(TaskText.sentence(of:)) ?? "")
        case .cancelled, .pending, .running: (1, "")
        }
    }

    private static func properties(of task: TaskSnapshot) -> [String: BusValue] {
        var properties: [String: BusValue] = ["title": .string(task.name), "suspended": .boolean(task.isPaused)]
        properties["infoMessage"] = .string(task.message ?? "")
        properties["percent"] = task.progress.map { .uint32(UInt32($0 * 100)) }
        if let unit = task.unit, let name = names[unit] {
            properties["total\(name)"] = task.totalUnits.map(amount)
            properties["processed\(name)"] = task.completedUnits.map(amount)
            if unit == .bytes { properties["speed"] = task.throughput.map(amount) }
        }
        return properties
    }

    private static let names: [ProgressUnit: String] = [.bytes: "Bytes", .files: "Files", .items: "Items"]

    private static func amount(_ number: Double) -> BusValue {
        .uint64(UInt64(exactly: number.rounded()) ?? 0)
    }
}
