import Synchronization

/// Something that happens again and again, with handlers on the main actor.
///
/// Handlers are held strongly until their connection is disconnected; letting go of the connection does not disconnect.
@MainActor
public final class Signal<each Argument> {
    // A struct around the closure: the compiler cannot put a closure over a parameter pack into a tuple or an array.
    private struct Slot {
        let connection: SignalConnection
        let handler: @MainActor (repeat each Argument) -> Void
    }

    private var slots: [Slot] = [] {
        didSet { handlerCount.store(slots.count, ordering: .releasing) }
    }
    private nonisolated let handlerCount = Atomic(0)

    nonisolated init() {}

    /// Whether an emission would reach anybody; from any thread, so that nobody prepares one for nobody.
    package nonisolated var hasHandlers: Bool {
        handlerCount.load(ordering: .acquiring) > 0
    }

    /// Calls `handler` at each emission, after the handlers that were connected before it.
    ///
    /// Connecting and disconnecting inside a handler is allowed; a handler connected there is called from the next
    /// emission on.
    ///
    /// - Returns: The token that disconnects.
    @discardableResult
    public func connect(_ handler: @escaping @MainActor (repeat each Argument) -> Void) -> SignalConnection {
        let connection = SignalConnection { [weak self] connection in
            guard let self else { return }
            // The handler is released when `slots` is no longer being changed: it may own whatever disconnects another one.
            let released = slots.filter { $0.connection === connection }
            slots.removeAll { $0.connection === connection }
            withExtendedLifetime(released) {}
        }
        slots.append(Slot(connection: connection, handler: handler))
        return connection
    }

    func emit(_ argument: repeat each Argument) {
        for slot in slots where slot.connection.isConnected {
            slot.handler(repeat each argument)
        }
    }
}

/// The token of a handler that is connected to a ``Signal``.
@MainActor
public final class SignalConnection {
    /// Whether the handler will be called at the next emission.
    public private(set) var isConnected = true
    private let remove: @MainActor (SignalConnection) -> Void

    init(remove: @escaping @MainActor (SignalConnection) -> Void) {
        self.remove = remove
    }

    /// Ends the connection and releases its handler.
    ///
    /// The handler is not called any more, also by an emission that is under way, which may hold it until it is over. Twice
    /// does nothing.
    public func disconnect() {
        guard isConnected else { return }
        isConnected = false
        remove(self)
    }
}
