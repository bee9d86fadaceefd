/// How a task's body ended.
enum TaskOutcome: Sendable {
    case success(any Sendable)
    case failure(any Error)
    case cancelled

    /// The outcome of a body that threw: a body that throws `CancellationError` after a cancel is cancelled anyway, and
    /// one that throws it by itself has failed to do its work.
    init(catching body: () throws -> any Sendable) {
        do { self = .success(try body()) } catch { self = .failure(error) }
    }
}
