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

    /// Its time was up: that of an attempt, or its deadline; then it ends as failed, with ``TaskerError/Code/timedOut``.
    public static let timeout = CancelReason(rawValue: "timeout")
    /// A task that it was to wait for failed or was cancelled.
    public static let dependencyFailed = CancelReason(rawValue: "dependencyFailed")
    /// Its scope was closed.
    public static let scopeClosed = CancelReason(rawValue: "scopeClosed")

    /// The reason's name.
    public var description: String {
        rawValue
    }
}
