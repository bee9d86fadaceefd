import CTaskerGTK

/// An object of somebody else's on the bus, with one of its interfaces.
struct BusObject {
    let name: String
    let path: String
    let interface: String
}

/// The session bus, as far as the desktop needs it: nothing here waits, and nothing fails loudly.
@MainActor
final class SessionBus {
    private let connection: OpaquePointer

    /// The application's; nil if it has none.
    init?(of application: UnsafeMutablePointer<GtkApplication>) {
        guard let connection = g_application_get_dbus_connection(application.application) else { return nil }
        g_object_ref(UnsafeMutableRawPointer(connection))
        self.connection = connection
    }

    isolated deinit {
        g_object_unref(UnsafeMutableRawPointer(connection))
    }

    // MARK: - Sending

    /// Calls a method for whose answer nobody waits.
    func call(_ object: BusObject, _ method: String, _ arguments: [BusValue]) {
        g_dbus_connection_call(
            connection,
            object.name,
            object.path,
            object.interface,
            method,
            BusValue.makeTuple(arguments),
            nil,
            G_DBUS_CALL_FLAGS_NO_AUTO_START,
            -1,
            nil,
            nil,
            nil
        )
    }

    /// Calls a method, and `answer` once: with what it has returned, or with nil if it has not, or not something of the type `reply`.
    ///
    /// However long that takes: an answer that nobody expects any more would be a lock that nobody gives back.
    func call(
        _ object: BusObject,
        _ method: String,
        _ arguments: [BusValue],
        reply: String,
        startsService: Bool = false,
        answer: @escaping @MainActor (BusReply?) -> Void
    ) {
        let type = g_variant_type_new(reply)
        defer { g_variant_type_free(type) }
        g_dbus_connection_call(
            connection,
            object.name,
            object.path,
            object.interface,
            method,
            BusValue.makeTuple(arguments),
            type,
            startsService ? G_DBUS_CALL_FLAGS_NONE : G_DBUS_CALL_FLAGS_NO_AUTO_START,
            .max,
            nil,
            { connection, result, data in
                guard let data else { return }
                onMain((connection, result, data)) { SessionBus.finish($0, $1, $2) }
            },
            Unmanaged.passRetained(Answer(answer)).toOpaque()
        )
    }

    private final class Answer {
        let call: @MainActor (BusReply?) -> Void
        init(_ call: @escaping @MainActor (BusReply?) -> Void) { self.call = call }
    }

    private static func finish(
        _ connection: UnsafeMutablePointer<GObject>?,
        _ result: OpaquePointer?,
        _ data: UnsafeMutableRawPointer
    ) {
        let answer = Unmanaged<Answer>.fromOpaque(data).takeRetainedValue()
        guard let tuple = g_dbus_connection_call_finish(connection.map { OpaquePointer($0) }, result, nil) else {
            return answer.call(nil)
        }
        BusReply.withFirst(of: tuple) { answer.call($0) }
        g_variant_unref(tuple)
    }

    /// Emits a signal for whoever listens.
    func emit(path: String, interface: String, signal: String, _ arguments: [BusValue]) {
        g_dbus_connection_emit_signal(connection, nil, path, interface, signal, BusValue.makeTuple(arguments), nil)
    }

    /// Finds out whether somebody has one of some names, or can be started under it.
    func findAny(of names: Set<String>, answer: @escaping @MainActor (Bool) -> Void) {
        let name = "org.freedesktop.DBus"
        let bus = BusObject(name: name, path: "/org/freedesktop/DBus", interface: name)
        call(bus, "ListNames", [], reply: "(as)") { [self] present in
            if let present, !names.isDisjoint(with: present.strings) { return answer(true) }
            call(bus, "ListActivatableNames", [], reply: "(as)") { possible in
                answer(possible.map { !names.isDisjoint(with: $0.strings) } ?? false)
            }
        }
    }

    // MARK: - Receiving

    /// Signals of an object are received as long as this is kept.
    @MainActor
    final class Subscription {
        private let bus: SessionBus
        private let id: guint

        fileprivate init(_ bus: SessionBus, _ id: guint) {
            (self.bus, self.id) = (bus, id)
        }

        isolated deinit {
            g_dbus_connection_signal_unsubscribe(bus.connection, id)
        }
    }

    private final class Receiver {
        let call: @MainActor (String, UInt32) -> Void
        init(_ call: @escaping @MainActor (String, UInt32) -> Void) { self.call = call }
    }

    /// Calls `receiver` with the name of each signal that an object emits, and with its first argument if that is a number.
    func subscribe(_ object: BusObject, _ receiver: @escaping @MainActor (String, UInt32) -> Void) -> Subscription {
        let id = g_dbus_connection_signal_subscribe(
            connection,
            object.name,
            object.interface,
            nil,
            object.path,
            nil,
            G_DBUS_SIGNAL_FLAGS_NONE,
            { _, _, _, _, signal, arguments, data in
                guard let data, let signal, let arguments else { return }
                let receiver = Unmanaged<Receiver>.fromOpaque(data).takeUnretainedValue()
                let number = BusReply.withFirst(of: arguments, \.uint32)
                onMain((receiver, String(cString: signal), number)) { $0.call($1, $2) }
            },
            Unmanaged.passRetained(Receiver(receiver)).toOpaque(),
            { data in data.map { Unmanaged<Receiver>.fromOpaque($0).release() } }
        )
        return Subscription(self, id)
    }

    /// It is told whether somebody has a name as long as this is kept.
    @MainActor
    final class Watch {
        private let id: guint

        fileprivate init(_ id: guint) {
            self.id = id
        }

        isolated deinit {
            g_bus_unwatch_name(id)
        }
    }

    private final class Presence {
        let call: @MainActor (Bool) -> Void
        init(_ call: @escaping @MainActor (Bool) -> Void) { self.call = call }
    }

    /// Calls `presence` with whether somebody has a name: when that is known, and whenever it changes.
    func watch(_ name: String, _ presence: @escaping @MainActor (Bool) -> Void) -> Watch {
        let id = g_bus_watch_name_on_connection(
            connection,
            name,
            G_BUS_NAME_WATCHER_FLAGS_NONE,
            { _, _, _, data in SessionBus.tell(data, true) },
            { _, _, data in SessionBus.tell(data, false) },
            Unmanaged.passRetained(Presence(presence)).toOpaque(),
            { data in data.map { Unmanaged<Presence>.fromOpaque($0).release() } }
        )
        return Watch(id)
    }

    private nonisolated static func tell(_ data: UnsafeMutableRawPointer?, _ isThere: Bool) {
        guard let data else { return }
        let presence = Unmanaged<Presence>.fromOpaque(data).takeUnretainedValue()
        onMain((presence, isThere)) { $0.call($1) }
    }
}
