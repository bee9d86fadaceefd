/// Somebody on the bus who may give a lock against suspend and logout, by a method `Inhibit`.
struct SuspendLockGiver: Sendable {
    /// The call that gives a lock back.
    struct Grant {
        let object: BusObject
        let method: String
        var arguments: [BusValue] = []
    }

    let object: BusObject
    let arguments: @Sendable (_ application: String, _ reason: String) -> [BusValue]
    /// The type of its answer.
    let reply: String
    /// Whether it may be started to be asked.
    var startsService = false
    /// Whether it may still refuse after its answer, by a signal `Response` of what it has given.
    var refuses = false
    let grant: @Sendable (BusReply) -> Grant

    /// In the order in which they are asked.
    static let all = [sessionManager, portal, powerManagement]

    /// Logout and suspend, as GNOME's session manager and the portal count.
    private static let flags: UInt32 = 1 | 4

    /// GNOME's: Inhibit (application, window, reason, flags), Uninhibit (cookie).
    private static let sessionManager: SuspendLockGiver = {
        let name = "org.gnome.SessionManager"
        let object = BusObject(name: name, path: "/org/gnome/SessionManager", interface: name)
        return SuspendLockGiver(
            object: object,
            arguments: { [.string($0), .uint32(0), .string($1), .uint32(flags)] },
            reply: "(u)",
            grant: { Grant(object: object, method: "Uninhibit", arguments: [.uint32($0.uint32)]) }
        )
    }()

    /// https://flatpak.github.io/xdg-desktop-portal: Inhibit (window, flags, options), Request.Close.
    private static let portal: SuspendLockGiver = {
        let name = "org.freedesktop.portal.Desktop"
        let path = "/org/freedesktop/portal/desktop"
        return SuspendLockGiver(
            object: BusObject(name: name, path: path, interface: "org.freedesktop.portal.Inhibit"),
            arguments: { [.string(""), .uint32(flags), .dictionary(["reason": .string($1)])] },
            reply: "(o)",
            startsService: true,
            refuses: true,
            grant: { reply in
                let request = BusObject(name: name, path: reply.string, interface: "org.freedesktop.portal.Request")
                return Grant(object: request, method: "Close")
            }
        )
    }()

    /// KDE's and Xfce's, against suspend only: Inhibit (application, reason), UnInhibit (cookie).
    private static let powerManagement: SuspendLockGiver = {
        let name = "org.freedesktop.PowerManagement"
        let path = "/org/freedesktop/PowerManagement/Inhibit"
        let object = BusObject(name: name, path: path, interface: "\(name).Inhibit")
        return SuspendLockGiver(
            object: object,
            arguments: { [.string($0), .string($1)] },
            reply: "(u)",
            grant: { Grant(object: object, method: "UnInhibit", arguments: [.uint32($0.uint32)]) }
        )
    }()
}
