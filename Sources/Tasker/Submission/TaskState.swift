/// Where a task is in its life: `pending → running → completed | failed | cancelled`, or from pending directly to
/// failed or cancelled.
///
/// Never back.
public enum TaskState: String, Sendable, Codable, CaseIterable {
    /// Has not begun: waits for its time, a slot, other tasks, the one of its key that is before it, or the end of a pause.
    case pending
    /// Has begun and not ended: also between attempts and iterations, while paused, and after a cancel was requested.
    case running
    /// Its body returned.
    case completed
    /// Its body threw, its time was up, or it could not run or was refused.
    case failed
    /// It was cancelled, before or while it ran.
    case cancelled

    /// Whether the task has ended.
    public var isTerminal: Bool {
        switch self {
        case .pending, .running: false
        case .completed, .failed, .cancelled: true
        }
    }
}
