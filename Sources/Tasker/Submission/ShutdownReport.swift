/// What a shutdown cut off.
///
/// A value; any thread.
public struct ShutdownReport: Sendable {
    /// The tasks that it cancelled, waiting or running, oldest first.
    public let cancelled: [TaskSnapshot]
    /// Those whose bodies did not end although they were cancelled, and were left behind; oldest first.
    ///
    /// They are in ``cancelled`` too, unless they had been asked to end before, by the user for example.
    public let abandoned: [TaskSnapshot]

    /// Whether nothing was cut off.
    public var isClean: Bool {
        cancelled.isEmpty && abandoned.isEmpty
    }
}
