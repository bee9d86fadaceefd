import Tasker

/// Keeps the machine from suspending, and the session from ending, while it is asked to.
///
/// Not `gtk_application_inhibit`, which waits for the session manager's answer on the main thread, for as long as that takes.
@MainActor
final class SuspendInhibitor: DesktopPart {
    private enum Lock {
        case none
        case asked
        /// Whoever gave it, and what gives it back.
        case held(() -> Void)
        /// Nobody gives one; not asked again for the same.
        case refused
    }

    private let bus: SessionBus
    private let application: String
    private let manager: TaskManager
    private var inhibition = SuspendInhibition()
    /// Those that run and are marked.
    private var marked: Set<TaskID> = []
    private var lock = Lock.none

    init(_ bus: SessionBus, application: String, _ manager: TaskManager) {
        (self.bus, self.application, self.manager) = (bus, application, manager)
    }

    func update(_ change: DesktopChange) {
        for id in change.began where change.tasks[id: id]?.inhibitsSuspend == true { marked.insert(id) }
        guard !marked.isEmpty else { return }
        marked = marked.filter { change.tasks.state(of: $0) == .running }
        inhibition.update(working(in: change.tasks).map(\.id), at: change.now)
    }

    private func working(in tasks: TaskList) -> [TaskSnapshot] {
        marked.sorted().compactMap { tasks[id: $0] }.filter { !$0.isPaused }
    }

    func look(_ moment: DesktopMoment) {
        inhibition.look(at: moment.now)
        settle()
    }

    var nextLook: Duration? { inhibition.nextLook }

    func close() {
        (inhibition, marked) = (SuspendInhibition(), [])
        settle()
    }

    private func settle() {
        switch (inhibition.isOn, lock) {
        case (true, .none):
            let names = working(in: manager.tasks).map(\.name)
            ask(Self.givers[...], reason: TaskText.summary(names.first ?? "", of: names.count))
        case (false, .held(let release)):
            lock = .none
            release()
        case (false, .refused): lock = .none
        default: break
        }
    }

    // MARK: - Who gives a lock

    private struct Giver {
        let object: BusObject
        let arguments: (_ application: String, _ reason: String) -> [BusValue]
        let reply: String
        let release: (BusReply) -> (object: BusObject, method: String, arguments: [BusValue])?
    }

    /// Logout and suspend, as GNOME's session manager and the portal count.
    private static let flags: UInt32 = 1 | 4

    private static let givers = [
        // https://gitlab.gnome.org/GNOME/gnome-session: Inhibit (application, window, reason, flags), Uninhibit (cookie)
        sessionManager,
        // https://flatpak.github.io/xdg-desktop-portal: Inhibit (window, flags, options), Request.Close
        portal,
        // KDE and Xfce, without a portal: Inhibit (application, reason), UnInhibit (cookie)
        powerManagement,
    ]

    private static let sessionManager: Giver = {
        let object = BusObject(
            name: "org.gnome.SessionManager",
            path: "/org/gnome/SessionManager",
            interface: "org.gnome.SessionManager"
        )
        return Giver(
            object: object,
            arguments: { [.string($0), .uint32(0), .string($1), .uint32(flags)] },
            reply: "(u)",
            release: { reply in (object, "Uninhibit", [.uint32(reply.uint32)]) }
        )
    }()

    private static let portal: Giver = {
        let name = "org.freedesktop.portal.Desktop"
        return Giver(
            object: BusObject(
                name: name,
                path: "/org/freedesktop/portal/desktop",
                interface: "org.freedesktop.portal.Inhibit"
            ),
            arguments: { [.string(""), .uint32(flags), .dictionary(["reason": .string($1)])] },
            reply: "(o)",
            release: { reply in
                (BusObject(name: name, path: reply.string, interface: "org.freedesktop.portal.Request"), "Close", [])
            }
        )
    }()

    private static let powerManagement: Giver = {
        let object = BusObject(
            name: "org.freedesktop.PowerManagement",
            path: "/org/freedesktop/PowerManagement/Inhibit",
            interface: "org.freedesktop.PowerManagement.Inhibit"
        )
        return Giver(
            object: object,
            arguments: { [.string($0), .string($1)] },
            reply: "(u)",
            release: { reply in (object, "UnInhibit", [.uint32(reply.uint32)]) }
        )
    }()

    /// Asks one after the other until one gives it.
    private func ask(_ givers: ArraySlice<Giver>, reason: String) {
        guard let giver = givers.first else {
            lock = .refused
            return settle()
        }
        lock = .asked
        // `self` is kept until the answer is there: a lock that comes after the application's end has to be given back.
        let arguments = giver.arguments(application, reason)
        bus.call(giver.object, "Inhibit", arguments, reply: giver.reply) { [self, bus] reply in
            guard let reply, let release = giver.release(reply) else { return ask(givers.dropFirst(), reason: reason) }
            lock = .held { bus.call(release.object, release.method, release.arguments) }
            settle()
        }
    }
}
