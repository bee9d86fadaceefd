/// What happens to a task that is submitted while as many wait as may.
public struct QueueFullPolicy: Hashable, Sendable {
    enum Storage {
        case refuse
        case wait
    }

    let storage: Storage

    /// It fails with ``TaskerError/Code/queueFull``.
    public static let refuse = QueueFullPolicy(storage: .refuse)
    /// The thread that submits it waits until there is room; the main thread never does, there it is refused.
    ///
    /// In an async function `await` ``TaskManagerProxy/waitForRoom()`` before, so that none of Swift's threads is kept.
    /// Not for the body of a task that others wait behind: they would wait for its slot, and it for them.
    public static let wait = QueueFullPolicy(storage: .wait)
}
