import FoundationEssentials

/// An event that a task's body sent to its `whenEvent` handler.
public struct TaskMessage: Sendable {
    enum Payload: Sendable {
        /// As it was sent, within one process.
        case value(any Sendable)
        /// As JSON, from a worker.
        case encoded(Data)
    }

    /// The event's name.
    public let name: String
    let payload: Payload

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
        case .encoded(let data):
            do {
                return try WireCoding.decode(type, from: data)
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
