/// What takes tasks: a ``TaskManagerProxy``, or a ``TaskScope`` of one.
///
/// Not for conforming to: only the library makes a ``TaskDestination``.
///
/// Any thread; every call returns at once with the task's handle, except where ``QueueFullPolicy/wait`` makes it wait for
/// room, and starting work never waits for the main thread. Parameters that several calls share:
///
/// - `key`: Bodies of one key never overlap; ``TaskOptions/keyPolicy(_:)`` says what happens to a second task.
/// - `name`: The name for people. Default: the key, else the program of a command, else "Task" and the id.
/// - `priority`: Which of the waiting tasks starts first.
/// - `metadata`: Anything to be found again in the snapshots.
/// - `options`: What else can be said of a task: ``TaskOptions``.
/// - `whenDone`: Called on the main thread exactly once, whatever the outcome; only where ``KeyPolicy/keep`` makes the call
///   return the handle of a task that is there already, it is never called, nor are the other callbacks.
/// - `whenEvent`: Called on the main thread with each event the body sends, in order, before `whenDone`.
public protocol TaskSubmitter: Sendable {
    /// Where the tasks go.
    var destination: TaskDestination { get }
}

/// Where a ``TaskSubmitter`` brings its tasks; opaque.
public struct TaskDestination: Sendable {
    let scheduler: Scheduler
    var scope: ScopeCore?
}

extension TaskSubmitter {
    /// Runs an async function on Swift's concurrency pool; see ``TaskBody/coroutine(_:)``.
    @discardableResult
    public func addCoroutine<Success: Sendable>(
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = [],
        _ body: @escaping @Sendable @concurrent (ExecutionContext) async throws -> Success,
        whenDone: (@MainActor @Sendable (TaskHandle<Success>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<Success> {
        let form = TaskForm(key: key, name: name, priority: priority, metadata: metadata, options: options)
        return submit(.coroutine(body), form, whenDone: whenDone, whenEvent: whenEvent)
    }

    /// Runs a function on a thread of the manager's own pool, where it may block; see ``TaskBody/thread(_:)``.
    @discardableResult
    public func runThread<Success: Sendable>(
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = [],
        _ body: @escaping @Sendable (ExecutionContext) throws -> Success,
        whenDone: (@MainActor @Sendable (TaskHandle<Success>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<Success> {
        let form = TaskForm(key: key, name: name, priority: priority, metadata: metadata, options: options)
        return submit(.thread(body), form, whenDone: whenDone, whenEvent: whenEvent)
    }

    /// Runs a function in a worker process, where it may crash without harm; see ``TaskBody/process(_:)``.
    ///
    /// The stored properties of `task` are its arguments.
    @discardableResult
    public func runProcess<Work: ProcessTask>(
        _ task: Work,
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = [],
        whenDone: (@MainActor @Sendable (TaskHandle<Work.Success>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<Work.Success> {
        let form = TaskForm(key: key, name: name, priority: priority, metadata: metadata, options: options)
        return submit(.process(task), form, whenDone: whenDone, whenEvent: whenEvent)
    }

    /// Runs another program; see ``TaskBody/command(_:progress:onOutput:)``.
    ///
    /// ```swift
    /// taskManager.runCommand(Command("tar", arguments: ["-cvf", "home.tar", "."]), key: "archive") { line, context in
    ///     context.setMessage(line.text)
    /// }
    /// ```
    ///
    /// - `command`: The program and its arguments.
    /// - `progress`: What makes progress and a message of the lines that the program writes.
    /// - `onOutput`: Called with each line the program writes, in order within a stream, on a thread of the manager's.
    @discardableResult
    public func runCommand(
        _ command: Command,
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = [],
        progress: CommandOutputParser? = nil,
        onOutput: (@Sendable (CommandOutput, ExecutionContext) -> Void)? = nil,
        whenDone: (@MainActor @Sendable (TaskHandle<CommandResult>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<CommandResult> {
        let form = TaskForm(key: key, name: name, priority: priority, metadata: metadata, options: options)
        return submit(
            .command(command, progress: progress, onOutput: onOutput),
            form,
            whenDone: whenDone,
            whenEvent: whenEvent
        )
    }

    /// Runs work of any kind after a delay.
    ///
    /// Until then the task is pending and ``TaskSnapshot/nextStart`` tells when it starts; cancelled meanwhile, it never does.
    ///
    /// - `delay`: From now, on the manager's clock; below zero counts as zero, above ten years as ten years.
    /// - `body`: The work.
    @discardableResult
    public func runLater<Success: Sendable>(
        after delay: Duration,
        _ body: TaskBody<Success>,
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = [],
        whenDone: (@MainActor @Sendable (TaskHandle<Success>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<Success> {
        let options: TaskOptions = [options, .delay(delay)]
        let form = TaskForm(key: key, name: name, priority: priority, metadata: metadata, options: options)
        return submit(body, form, whenDone: whenDone, whenEvent: whenEvent)
    }

    /// Runs work of any kind again and again until it is cancelled.
    ///
    /// Iterations begin at `delay`, `delay + interval`, `delay + 2 × interval` and so on, without drift, and never overlap. In
    /// between the task holds no slot, stays ``TaskState/running``, and ends at once when it is cancelled. An iteration whose
    /// time comes while the task is paused, or there is no slot, begins late, once. When the manager is shut down the task is
    /// cancelled, with the reason ``CancelReason/shutdown``, after the iteration that runs.
    ///
    /// ```swift
    /// taskManager.runPeriodic(every: .seconds(30), .coroutine { _ in try await fetchStatus() }, key: "status") { iteration in
    ///     label.text = (try? iteration.result.get()) ?? "No status"
    /// }
    /// ```
    ///
    /// - `interval`: At least one millisecond, at most ten years; others count as the nearer.
    /// - `body`: The work of an iteration.
    /// - `delay`: When the first one begins. Default: at once, unless it has a ``TaskOptions/debounce(_:)``.
    /// - `count`: How many iterations there are; then the task completes with the last one's result. Below 1 counts as 1.
    ///   Default: no end.
    /// - `overrun`: What happens when an iteration takes longer than the interval.
    /// - `stopsOnFailure`: Whether an iteration that fails, after its retries if there are, fails the task; if not, the next
    ///   one comes at its time.
    /// - `whenIteration`: Called on the main thread after each iteration with its number and result, in order, before `whenDone`.
    @discardableResult
    public func runPeriodic<Success: Sendable>(
        every interval: Duration,
        _ body: TaskBody<Success>,
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = [],
        after delay: Duration = .zero,
        count: Int? = nil,
        overrun: OverrunPolicy = .skip,
        stopsOnFailure: Bool = true,
        whenIteration: (@MainActor @Sendable (TaskIteration<Success>) -> Void)? = nil,
        whenDone: (@MainActor @Sendable (TaskHandle<Success>) -> Void)? = nil,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)? = nil
    ) -> TaskHandle<Success> {
        let plan = PeriodicPlan(
            interval: interval,
            overrun: overrun,
            count: count.map { max(1, $0) },
            survivesFailures: !stopsOnFailure
        )
        let options: TaskOptions = [options, .delay(delay), .periodic(plan)]
        let form = TaskForm(key: key, name: name, priority: priority, metadata: metadata, options: options)
        return submit(body, form, whenIteration: whenIteration, whenDone: whenDone, whenEvent: whenEvent)
    }
}

extension TaskSubmitter {
    private func submit<Success: Sendable>(
        _ body: TaskBody<Success>,
        _ form: TaskForm,
        whenIteration: (@MainActor @Sendable (TaskIteration<Success>) -> Void)? = nil,
        whenDone: (@MainActor @Sendable (TaskHandle<Success>) -> Void)?,
        whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)?
    ) -> TaskHandle<Success> {
        let destination = destination
        let scheduler = destination.scheduler
        let template = TaskTemplate(
            body: body,
            form: form,
            scope: destination.scope,
            whenIteration: whenIteration,
            whenDone: whenDone,
            whenEvent: whenEvent
        )
        let options = form.options.shared
        let dependencies = options.values.dependencies ?? []
        let record =
            options.values.isRetryable ?? false
            ? Retrial(of: template, after: dependencies).makeRecord(in: scheduler)
            : template.makeRecord(in: scheduler)
        return TaskHandle(record: scheduler.submit(record, after: dependencies))
    }
}
