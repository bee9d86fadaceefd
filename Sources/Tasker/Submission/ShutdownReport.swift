/// What a shutdown cut off.
public struct ShutdownReport: Sendable {
    /// The tasks that it cancelled, waiting or running, oldest first.
    public let cancelled: [TaskSnapshot]
    /// Those whose bodies did not end although they were cancelled, and were left behind.
    public let abandoned: [TaskSnapshot]

    /// Whether every task ended by itself.
    public var isClean: Bool {
        cancelled.isEmpty && abandoned.isEmpty
    }
}
