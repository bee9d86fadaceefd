import Tasker

/// Progress and a count on the application's icon, from when a task has run for half a second until none runs.
///
/// The signal of Unity's launcher API, which the docks of Ubuntu, KDE and others listen to:
/// https://wiki.ubuntu.com/Unity/LauncherAPI
@MainActor
final class LauncherEntry: DesktopPart {
    private struct Sight: Equatable {
        var percent = 0
        var count = 0
    }

    private let bus: SessionBus
    private let manager: TaskManager
    private let uri: String
    private let path: String
    private let isToldByOthers: @MainActor () -> Bool
    private var pace = Pace.ofDesktop
    private var told: Sight?

    private static let interface = "com.canonical.Unity.LauncherEntry"

    /// - Parameter isToldByOthers: Whether somebody else emits this for the application: the service of KDE's jobs does, for those that
    ///   it has, and the icon would show now this, now that.
    init(
        _ bus: SessionBus,
        application: String,
        _ manager: TaskManager,
        isToldByOthers: @escaping @MainActor () -> Bool
    ) {
        (self.bus, self.manager, self.isToldByOthers) = (bus, manager, isToldByOthers)
        uri = "application://\(application).desktop"
        // The signal says whose it is; the path has only to be one.
        path = "/com/canonical/unity/launcherentry/" + application.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    func update(_ change: DesktopChange) {}

    func look(_ moment: DesktopMoment) {
        let sight = sight(of: moment.activity)
        if sight != told { pace.request() }
        if pace.take(at: moment.now) { tell(sight) }
    }

    private func sight(of activity: DesktopMoment.Activity) -> Sight? {
        guard !isToldByOthers() else { return nil }
        return switch activity {
        case .none: nil
        case .running(let count): Sight(percent: Int(manager.overallProgress * 100), count: count)
        case .resting: told
        }
    }

    var nextLook: Duration? { pace.next }

    /// An icon does not know that the application has ended.
    func close() {
        if told != nil { tell(nil) }
    }

    /// - Parameter sight: nil: nothing.
    private func tell(_ sight: Sight?) {
        told = sight
        let properties: [String: BusValue] = [
            "progress": .double(Double(sight?.percent ?? 0) / 100),
            // Of what nobody knows how far it is an empty bar would say that it stands still.
            "progress-visible": .boolean((sight?.percent ?? 0) > 0),
            "count": .int64(Int64(sight?.count ?? 0)),
            "count-visible": .boolean(sight != nil),
        ]
        bus.emit(path: path, interface: Self.interface, signal: "Update", [.string(uri), .dictionary(properties)])
    }
}
