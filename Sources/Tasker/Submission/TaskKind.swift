/// What a task's body is.
public struct TaskKind: Hashable, Sendable, CustomStringConvertible {
    // A number behind the name, so that the scheduler can index its queues and limits by it.
    enum Storage: Int, CaseIterable {
        case coroutine
        case thread
        case process
        case command
    }

    let storage: Storage

    /// An async function on Swift's concurrency pool.
    public static let coroutine = TaskKind(storage: .coroutine)
    /// A function on a thread of the manager's own pool; it may block.
    public static let thread = TaskKind(storage: .thread)
    /// A function in a worker process.
    public static let process = TaskKind(storage: .process)
    /// Another program.
    public static let command = TaskKind(storage: .command)

    var index: Int { storage.rawValue }

    static let allCases = Storage.allCases.map(TaskKind.init(storage:))

    /// The kind's name in lower case, for logs and files.
    public var description: String {
        String(describing: storage)
    }
}
