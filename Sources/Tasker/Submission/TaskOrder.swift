/// In which order a query tells tasks.
public enum TaskOrder: Sendable {
    /// Those first that were submitted first.
    case oldestFirst
    /// Those first that were submitted last.
    case newestFirst
}
