import GLibMainLoop

/// How a task has ended, for whoever may begin a task again that waited for it, and who must keep neither it nor its manager.
///
/// A task that is begun again takes over the mark of the one before: who waited for that one waits for this one.
final class TaskMark: Sendable {
    private struct State: Sendable {
        /// Its manager holds it until it ends.
        weak var record: TaskRecord?
        var end: TaskState?
    }

    private let state: Lock<State>

    init(_ record: TaskRecord) {
        state = Lock(State(record: record))
    }

    /// The mark of a task that has ended.
    init(ended end: TaskState) {
        state = Lock(State(end: end))
    }

    /// Another task has taken the place of the one that has ended.
    func begin(_ record: TaskRecord) {
        state.withLock { $0 = State(record: record) }
    }

    func end(_ end: TaskState) {
        state.withLock { $0 = State(end: end) }
    }

    /// The task while it has not ended, and how it has ended from then on.
    var reading: (record: TaskRecord?, end: TaskState?) {
        state.withLock { ($0.record, $0.end) }
    }
}
