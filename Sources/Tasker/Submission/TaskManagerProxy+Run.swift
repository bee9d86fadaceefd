extension TaskManagerProxy {
    /// Runs an async function on Swift's concurrency pool.
    ///
    /// For work that awaits. Work that blocks belongs into ``runThread(key:name:priority:metadata:options:_:whenDone:whenEvent:)``:
    /// the pool has a thread a core and every coroutine of the process shares it. Any thread; returns at once. Cancelling
    /// is Swift's task cancellation.
    ///
    /// - Parameters:
    ///   - key: At most one task of a key is live; the options say what happens to a second one.
    ///   - name: The name for people. Default: the key.
    ///   - priority: Which of the waiting tasks starts first.
    ///   - metadata: Anything to be found again in the snapshots.
    ///   - options: What else can be said of a task.
    ///   - body: The work.
    ///   - whenDone: Called on the main thread exactly once, whatever the outcome.
    ///   - whenEvent: Called on the main thread with each event the body sends, in order, before `whenDone`.
    /// - Returns: The task's handle.
    @discardableResult
    public func addCoroutine<Success: Sendable>(
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = TaskOptions(),
        _ body: @escaping @Sendable @concurrent (ExecutionContext) async throws -> Success,
        whenDone: (@MainActor @Sendable (TaskHandle<Success>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<Success> {
        let info = TaskInfo(
            kind: .coroutine,
            key: key,
            name: name,
            priority: priority,
            metadata: metadata,
            options: options
        )
        return submit(info, start: scheduler.coroutine(body), whenEvent, whenDone)
    }

    /// Runs a function on a thread of the manager's own pool; it may block.
    ///
    /// Any thread; returns at once. On cancel ``ExecutionContext/isCancelled`` becomes true and
    /// ``ExecutionContext/cancellable`` is triggered.
    ///
    /// - Parameters:
    ///   - key: At most one task of a key is live; the options say what happens to a second one.
    ///   - name: The name for people. Default: the key.
    ///   - priority: Which of the waiting tasks starts first.
    ///   - metadata: Anything to be found again in the snapshots.
    ///   - options: What else can be said of a task.
    ///   - body: The work.
    ///   - whenDone: Called on the main thread exactly once, whatever the outcome.
    ///   - whenEvent: Called on the main thread with each event the body sends, in order, before `whenDone`.
    /// - Returns: The task's handle.
    @discardableResult
    public func runThread<Success: Sendable>(
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = TaskOptions(),
        _ body: @escaping @Sendable (ExecutionContext) throws -> Success,
        whenDone: (@MainActor @Sendable (TaskHandle<Success>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<Success> {
        let info = TaskInfo(
            kind: .thread,
            key: key,
            name: name,
            priority: priority,
            metadata: metadata,
            options: options
        )
        return submit(info, start: scheduler.thread(body), whenEvent, whenDone)
    }

    /// Runs a function in a worker process, where it may crash without harm.
    ///
    /// The function's type must be named in ``WorkerProcess/serveIfRequested(_:)``. Any thread; returns at once. On cancel the
    /// worker is told; after the grace period its process group gets TERM, and after another KILL.
    ///
    /// - Parameters:
    ///   - task: The work; its stored properties are the arguments.
    ///   - key: At most one task of a key is live; the options say what happens to a second one.
    ///   - name: The name for people. Default: the key.
    ///   - priority: Which of the waiting tasks starts first.
    ///   - metadata: Anything to be found again in the snapshots.
    ///   - options: What else can be said of a task.
    ///   - whenDone: Called on the main thread exactly once, whatever the outcome.
    ///   - whenEvent: Called on the main thread with each event the worker sends, in order, before `whenDone`.
    /// - Returns: The task's handle.
    @discardableResult
    public func runProcess<Work: ProcessTask>(
        _ task: Work,
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = TaskOptions(),
        whenDone: (@MainActor @Sendable (TaskHandle<Work.Success>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<Work.Success> {
        let info = TaskInfo(
            kind: .process,
            key: key,
            name: name,
            priority: priority,
            metadata: metadata,
            options: options
        )
        return submit(info, start: scheduler.process(task), whenEvent, whenDone)
    }

    /// Runs another program.
    ///
    /// Any thread; returns at once. On cancel the program's process group gets TERM, and after the grace period KILL.
    ///
    /// ```swift
    /// taskManager.runCommand(Command("tar", arguments: ["-cvf", "home.tar", "."]), key: "archive") { line, context in
    ///     context.setMessage(line.text)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - key: At most one task of a key is live; the options say what happens to a second one.
    ///   - name: The name for people. Default: the key.
    ///   - priority: Which of the waiting tasks starts first.
    ///   - metadata: Anything to be found again in the snapshots.
    ///   - options: What else can be said of a task.
    ///   - onOutput: Called with each line the program writes, in order within a stream, on a thread of the manager's.
    ///   - whenDone: Called on the main thread exactly once, whatever the outcome.
    ///   - whenEvent: Called on the main thread with each event `onOutput` sends, in order, before `whenDone`.
    /// - Returns: The task's handle.
    @discardableResult
    public func runCommand(
        _ command: Command,
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = TaskOptions(),
        onOutput: (@Sendable (CommandOutput, ExecutionContext) -> Void)? = nil,
        whenDone: (@MainActor @Sendable (TaskHandle<CommandResult>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<CommandResult> {
        let info = TaskInfo(
            kind: .command,
            key: key,
            name: name ?? key ?? command.executable,
            priority: priority,
            metadata: metadata,
            options: options
        )
        return submit(info, start: scheduler.command(command, onOutput: onOutput), whenEvent, whenDone)
    }

    private func submit<Success: Sendable>(
        _ info: TaskInfo,
        start: @escaping TaskRecord.Start,
        _ whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)?,
        _ whenDone: (@MainActor @Sendable (TaskHandle<Success>) -> Void)?
    ) -> TaskHandle<Success> {
        let scheduler = scheduler
        let record = TaskRecord(info: info, publisher: scheduler.publisher, start: start, whenEvent: whenEvent)
        if let whenDone {
            record.setCompletion { [unowned record] in
                // Unowned, not a cycle: whoever runs the completion holds the record.
                whenDone(TaskHandle(record: record, scheduler: scheduler))
            }
        }
        return TaskHandle(record: scheduler.submit(record), scheduler: scheduler)
    }
}
