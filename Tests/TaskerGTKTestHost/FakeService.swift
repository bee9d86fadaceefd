import CTaskerGTK
import GLibMainLoop
import TestSupport

/// A service on the session bus, of a connection of its own, that writes down what it is asked.
@MainActor
final class FakeService {
    /// What is written down of a call.
    struct Call: Sendable {
        let path: String
        let method: String
        /// As GLib prints values.
        let arguments: String
    }

    private let connection: OpaquePointer
    private let reply: @MainActor (Call) -> String
    private let name: String
    private(set) var calls: [Call] = []
    private var exports: [guint] = []
    private static var all: [FakeService] = []

    /// - Parameters:
    ///   - name: What it is called on the bus.
    ///   - interfaces: Paths of its objects, each with the XML of its interface.
    ///   - reply: What it answers, as GLib parses values.
    init?(_ name: String, _ interfaces: [(path: String, xml: String)], reply: @escaping @MainActor (Call) -> String) {
        guard let connection = Self.connect() else { return nil }
        self.connection = connection
        self.reply = reply
        self.name = name
        for (path, xml) in interfaces { export(path, "<node>\(xml)</node>") }
        export(Self.fence, "<node><interface name='test.Fence'><method name='pass'/></interface></node>")
        request(name)
        Self.all.append(self)
    }

    isolated deinit {
        g_object_unref(UnsafeMutableRawPointer(connection))
    }

    /// Takes all of them off the bus.
    static func endAll() {
        for service in all {
            for id in service.exports { g_dbus_connection_unregister_object(service.connection, id) }
        }
        all = []
    }

    private static let fence = "/fence"

    /// Dispatches until all that `client` has sent has come, and what it got for it has been dispatched.
    func settle(_ client: OpaquePointer?) {
        let ends = Journal<Void>()
        let passed: GAsyncReadyCallback = { client, result, data in
            guard let data else { return }
            g_dbus_connection_call_finish(client.map { OpaquePointer($0) }, result, nil).map(g_variant_unref)
            Unmanaged<Journal<Void>>.fromOpaque(data).takeRetainedValue().append(())
        }
        let data = Unmanaged.passRetained(ends).toOpaque()
        let flags = G_DBUS_CALL_FLAGS_NONE
        g_dbus_connection_call(client, name, Self.fence, "test.Fence", "pass", nil, nil, flags, -1, nil, passed, data)
        ends.wait(forCount: 1)
    }

    /// What it has been asked since it was looked at last.
    func takeCalls() -> [Call] {
        defer { calls = [] }
        return calls
    }

    /// Whether there are any.
    static var areThere = true

    /// A connection of its own; nil where there is no bus, or there are to be no services.
    static func connect() -> OpaquePointer? {
        guard areThere, let address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SESSION, nil, nil) else { return nil }
        defer { g_free(address) }
        let flags = GDBusConnectionFlags(
            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT.rawValue
                | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION.rawValue
        )
        return g_dbus_connection_new_for_address_sync(address, flags, nil, nil, nil)
    }

    func emit(_ path: String, _ interface: String, _ signal: String, _ arguments: String = "()") {
        g_dbus_connection_emit_signal(connection, nil, path, interface, signal, Self.parse(arguments), nil)
    }

    private func request(_ name: String) {
        // Waits for the bus's answer: whoever is told of the name later finds a service.
        let answer = g_dbus_connection_call_sync(
            connection,
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "RequestName",
            Self.parse("('\(name)', uint32 0)"),
            nil,
            G_DBUS_CALL_FLAGS_NONE,
            -1,
            nil,
            nil
        )
        guard let answer else { fatalError("The bus does not give the name \(name).") }
        g_variant_unref(answer)
    }

    private func export(_ path: String, _ xml: String) {
        guard let node = g_dbus_node_info_new_for_xml(xml, nil) else { fatalError("This is no interface: \(xml)") }
        var table = GDBusInterfaceVTable()
        table.method_call = { _, _, path, _, method, arguments, invocation, data in
            guard let data, let path, let method, let arguments, let printed = g_variant_print(arguments, 0)
            else { return }
            defer { g_free(printed) }
            let call = Call(
                path: String(cString: path),
                method: String(cString: method),
                arguments: String(cString: printed)
            )
            let answer = MainActor.assumeIsolated { () -> Answer in
                let service = Unmanaged<FakeService>.fromOpaque(data).takeUnretainedValue()
                guard call.path != FakeService.fence else { return Answer(value: nil) }
                service.calls.append(call)
                return Answer(value: FakeService.parse(service.reply(call)))
            }
            g_dbus_method_invocation_return_value(invocation, answer.value)
        }
        defer { g_dbus_node_info_unref(node) }
        let data = Unmanaged.passRetained(self).toOpaque()
        exports.append(
            g_dbus_connection_register_object(
                connection,
                path,
                node.pointee.interfaces[0],
                &table,
                data,
                { data in data.map { Unmanaged<FakeService>.fromOpaque($0).release() } },
                nil
            )
        )
    }

    private struct Answer: @unchecked Sendable {
        // `@unchecked` because it does not leave the thread.
        let value: OpaquePointer?
    }

    private static func parse(_ text: String) -> OpaquePointer? {
        guard let value = g_variant_parse(nil, text, nil, nil, nil) else { fatalError("This is no value: \(text)") }
        return value
    }
}
