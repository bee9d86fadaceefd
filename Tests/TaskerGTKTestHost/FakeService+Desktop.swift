import CTaskerGTK

extension FakeService {
    /// GNOME's session manager.
    static func sessionManager() -> FakeService? {
        let xml = """
            <interface name='org.gnome.SessionManager'>
            <method name='Inhibit'><arg type='s'/><arg type='u'/><arg type='s'/><arg type='u'/>
            <arg type='u' direction='out'/></method>
            <method name='Uninhibit'><arg type='u'/></method>
            </interface>
            """
        return FakeService("org.gnome.SessionManager", [("/org/gnome/SessionManager", xml)]) { call in
            call.method == "Inhibit" ? "(uint32 7,)" : "()"
        }
    }

    /// The portal's lock, which is an object.
    static func portal() -> FakeService? {
        let inhibit = """
            <interface name='org.freedesktop.portal.Inhibit'>
            <method name='Inhibit'><arg type='s'/><arg type='u'/><arg type='a{sv}'/><arg type='o' direction='out'/></method>
            </interface>
            """
        let request = "<interface name='org.freedesktop.portal.Request'><method name='Close'/></interface>"
        let objects = [("/org/freedesktop/portal/desktop", inhibit), ("/lock", request)]
        return FakeService("org.freedesktop.portal.Desktop", objects) { call in
            call.method == "Inhibit" ? "(objectpath '/lock',)" : "()"
        }
    }

    static func powerManagement() -> FakeService? {
        let xml = """
            <interface name='org.freedesktop.PowerManagement.Inhibit'>
            <method name='Inhibit'><arg type='s'/><arg type='s'/><arg type='u' direction='out'/></method>
            <method name='UnInhibit'><arg type='u'/></method>
            </interface>
            """
        let path = "/org/freedesktop/PowerManagement/Inhibit"
        return FakeService("org.freedesktop.PowerManagement", [(path, xml)]) { call in
            call.method == "Inhibit" ? "(uint32 9,)" : "()"
        }
    }

    static let notificationsPath = "/org/freedesktop/Notifications"

    /// Shows nothing, under the number 1.
    static func notifications() -> FakeService? {
        let xml = """
            <interface name='org.freedesktop.Notifications'>
            <method name='Notify'><arg type='s'/><arg type='u'/><arg type='s'/><arg type='s'/><arg type='s'/>
            <arg type='as'/><arg type='a{sv}'/><arg type='i'/><arg type='u' direction='out'/></method>
            <method name='CloseNotification'><arg type='u'/></method>
            </interface>
            """
        return FakeService("org.freedesktop.Notifications", [(notificationsPath, xml)]) { call in
            call.method == "Notify" ? "(uint32 1,)" : "()"
        }
    }

    /// A few views, which are objects.
    static func jobViews(_ viewCount: Int = 2) -> FakeService? {
        let server = """
            <interface name='org.kde.JobViewServerV2'>
            <method name='requestView'><arg type='s'/><arg type='i'/><arg type='a{sv}'/><arg type='o' direction='out'/></method>
            </interface>
            """
        let view = """
            <interface name='org.kde.JobViewV3'>
            <method name='terminate'><arg type='u'/><arg type='s'/><arg type='a{sv}'/></method>
            <method name='update'><arg type='a{sv}'/></method>
            </interface>
            """
        var count = 0
        let objects = [("/JobViewServer", server)] + (1...viewCount).map { ("/job/\($0)", view) }
        return FakeService("org.kde.JobViewServer", objects) { call in
            guard call.method == "requestView" else { return "()" }
            count += 1
            return "(objectpath '/job/\(count)',)"
        }
    }
}
