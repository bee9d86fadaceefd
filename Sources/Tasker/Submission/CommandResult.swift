/// What a command that ended with an accepted status left behind.
public struct CommandResult: Sendable, Hashable {
    /// The status with which it ended, one of ``Command/acceptedExitStatuses``.
    public let exitStatus: Int32
    /// The last 64 KiB of its standard output; empty if that went into a file.
    public let standardOutput: String
    /// The last 4 KiB of its standard error, without ``Command/secrets``.
    public let standardError: String
}
