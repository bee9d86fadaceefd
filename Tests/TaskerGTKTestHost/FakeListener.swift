import CTaskerGTK
import GLibMainLoop
import TestSupport

/// Somebody on the session bus who writes down the signals of an interface.
@MainActor
final class FakeListener {
    private let connection: OpaquePointer
    /// What each said, as GLib prints values.
    private(set) var signals: [String] = []
    private let interface: String
    private var fences = 0
    private var subscription: guint = 0
    private static var all: [FakeListener] = []

    /// Dispatches until all that `client` has sent has come.
    func settle(_ client: OpaquePointer?) {
        let next = fences + 1
        g_dbus_connection_emit_signal(client, nil, "/fence", interface, "Fence", nil, nil)
        MainContext.default.iterate { fences == next }
    }

    private func receive(_ signal: String, _ arguments: String) {
        if signal == "Fence" { fences += 1 } else { signals.append(arguments) }
    }

    isolated deinit {
        g_object_unref(UnsafeMutableRawPointer(connection))
    }

    /// Takes all of them off the bus.
    static func endAll() {
        for listener in all { g_dbus_connection_signal_unsubscribe(listener.connection, listener.subscription) }
        all = []
    }

    init?(_ interface: String) {
        guard let connection = FakeService.connect() else { return nil }
        (self.connection, self.interface) = (connection, interface)
        subscription = g_dbus_connection_signal_subscribe(
            connection,
            nil,
            interface,
            nil,
            nil,
            nil,
            G_DBUS_SIGNAL_FLAGS_NONE,
            { _, _, _, _, signal, arguments, data in
                guard let data, let signal, let arguments, let printed = g_variant_print(arguments, 0) else { return }
                defer { g_free(printed) }
                let (name, text) = (String(cString: signal), String(cString: printed))
                MainActor.assumeIsolated {
                    Unmanaged<FakeListener>.fromOpaque(data).takeUnretainedValue().receive(name, text)
                }
            },
            Unmanaged.passRetained(self).toOpaque(),
            { data in data.map { Unmanaged<FakeListener>.fromOpaque($0).release() } }
        )
        Self.all.append(self)
        // The bus knows what it listens to when it answers.
        g_dbus_connection_call_sync(
            connection,
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "GetId",
            nil,
            nil,
            G_DBUS_CALL_FLAGS_NONE,
            -1,
            nil,
            nil
        ).map(g_variant_unref)
    }
}
