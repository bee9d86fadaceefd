/// Where a task is in its life: `pending → running → completed | failed | cancelled`, or from pending directly to failed or
/// cancelled. Never back.
public enum TaskState: String, Sendable, Codable, CaseIterable {
    /// Waits for a slot, or for the end of another task of its key.
    case pending
    /// Its body runs, also after a cancel was requested.
    case running
    /// Its body returned.
    case completed
    /// Its body threw, or it could not run.
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
