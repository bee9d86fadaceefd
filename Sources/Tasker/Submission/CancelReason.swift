/// Why a task was cancelled.
public struct CancelReason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The reason's name.
    public let rawValue: String

    /// Makes a reason of one's own.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Somebody asked for it.
    public static let user = CancelReason(rawValue: "user")
    /// Another task was submitted with its key and ``KeyPolicy/replace``.
    public static let keyReplaced = CancelReason(rawValue: "keyReplaced")
    /// Its manager was shut down.
    public static let shutdown = CancelReason(rawValue: "shutdown")

    /// The reason's name.
    public var description: String {
        rawValue
    }
}
