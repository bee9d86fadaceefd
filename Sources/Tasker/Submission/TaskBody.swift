/// The work of a task, of any kind.
///
/// ```swift
/// taskManager.runPeriodic(every: .seconds(30), .coroutine { context in try await refresh(context) })
/// taskManager.runLater(after: .seconds(5), .command(Command("sync")))
/// ```
public struct TaskBody<Success: Sendable>: Sendable {
    let kind: TaskKind
    /// The name of a task that is given neither a name nor a key.
    var name: String?
    /// How an engine starts it.
    let start: @Sendable (Scheduler) -> TaskRecord.Start

    /// An async function on Swift's concurrency pool.
    ///
    /// For work that awaits. Work that blocks belongs into ``thread(_:)``: the pool has a thread a core and every coroutine of the
    /// process shares it. Cancelling is Swift's task cancellation.
    public static func coroutine(
        _ body: @escaping @Sendable @concurrent (ExecutionContext) async throws -> Success
    ) -> TaskBody {
        TaskBody(kind: .coroutine) { $0.coroutine(body) }
    }

    /// A function on a thread of the manager's own pool; it may block.
    ///
    /// On cancel ``ExecutionContext/isCancelled`` becomes true and ``ExecutionContext/cancellable`` is triggered.
    public static func thread(
        _ body: @escaping @Sendable (ExecutionContext) throws -> Success
    ) -> TaskBody {
        TaskBody(kind: .thread) { $0.thread(body) }
    }

    /// A function in a worker process, where it may crash without harm.
    ///
    /// Its type must be named in ``WorkerProcess/serveIfRequested(_:forwardsLogs:)``. On cancel the worker is told; after the grace period
    /// its process group gets TERM, and after another KILL.
    ///
    /// - Parameter task: The work; its stored properties are the arguments.
    public static func process<Work: ProcessTask>(_ task: Work) -> TaskBody where Work.Success == Success {
        TaskBody(kind: .process) { $0.process(task) }
    }
}

extension TaskBody<CommandResult> {
    /// Another program.
    ///
    /// On cancel the program's process group gets TERM, and after the grace period KILL.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - progress: What makes progress and a message of the lines that the program writes.
    ///   - onOutput: Called with each line the program writes, in order within a stream, on a thread of the manager's.
    public static func command(
        _ command: Command,
        progress: CommandOutputParser? = nil,
        onOutput: (@Sendable (CommandOutput, ExecutionContext) -> Void)? = nil
    ) -> TaskBody {
        let onLine: (@Sendable (CommandOutput, ExecutionContext) -> Void)? =
            if let progress {
                { output, context in
                    progress.parse(output, context)
                    onOutput?(output, context)
                }
            } else {
                onOutput
            }
        let name = SecretTexts(command.secrets).hide(in: command.executable)
        return TaskBody(kind: .command, name: name) { $0.command(command, onLine: onLine) }
    }
}
