import FoundationEssentials

/// An event that a task's body sent to its `whenEvent` handler.
public struct TaskMessage: Sendable {
    enum Payload: Sendable {
        /// As it was sent, within one process.
        case value(any Sendable)
        /// As JSON, from a worker, with the shared buffers beside it.
        case encoded(Data, PassedBuffers?)
    }

    /// The event's name.
    public let name: String
    let payload: Payload
    /// Settled when the handler has returned; nil: nobody waits for that.
    var receipt: MainCall<Void>?

    /// For how many it counts in an ``EventGate``.
    var weight: Int {
        guard case .encoded(_, let buffers?) = payload else { return 1 }
        return max(1, buffers.count)
    }

    /// The value that was sent with the event.
    ///
    /// Any thread. A value from a worker process is decoded here.
    ///
    /// - Throws: ``TaskerError/Code/noSuchEventValue`` if the event carries no value of this type.
    public func value<Value: Decodable & Sendable>(as type: Value.Type = Value.self) throws -> Value {
        switch payload {
        case .value(let value):
            if let value = value as? Value { return value }
            throw TaskerError(
                .noSuchEventValue,
                "The event \"\(name)\" carries a \(Swift.type(of: value)), not a \(type); ask for the type that was sent."
            )
        case .encoded(let data, let buffers):
            do {
                return try WireCoding.decode(type, from: data, passed: buffers)
            } catch {
                throw TaskerError(
                    .noSuchEventValue,
                    "The event \"\(name)\" carries no \(type); ask for the type that was sent.",
                    underlyingError: error
                )
            }
        }
    }
}
