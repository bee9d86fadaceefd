/// What can be said of a task beyond key, name and priority.
///
/// One, or several in brackets; of two that say the same thing the later counts, except that all that it waits for counts.
///
/// ```swift
/// taskManager.addCoroutine(key: "feed", options: [.retrying(3, .exponential()), .timeout(.seconds(30))]) { context in
///     try await fetchFeed(context)
/// }
/// ```
public struct TaskOptions: Sendable {
    // In a box, so that a task without options carries one word.
    private var box: Box?

    final class Box: Sendable {
        let values: Values

        init(_ values: Values) {
            self.values = values
        }
    }

    struct Values: Sendable {
        var keyPolicy: KeyPolicy?
        var isAbandonable: Bool?
        var gracePeriod: Duration?
        var isVisible: Bool?
        var isRetryable: Bool?
        var group: String?
        var delay: Duration?
        var limits: ProcessLimits?
        var timeout: Duration?
        var deadline: Duration?
        var retry: RetryPolicy?
        var dependencies: [TaskRecord]?
        var runsAfterFailures: Bool?
        var period: PeriodicPlan?
        var inhibitsSuspend: Bool?
    }

    private static let none = Box(Values())

    /// For looking at one of them: the values themselves are a dozen references, copied each time, and an accessor that lends them
    /// takes memory from the heap.
    var shared: Box {
        box ?? Self.none
    }

    var values: Values {
        get { shared.values }
        set { box = Box(newValue) }
    }

    /// No options.
    public init() {}

    private init(_ change: (inout Values) -> Void) {
        change(&values)
    }

    // MARK: - Start and end

    /// What happens when the key is in use.
    ///
    /// Default: ``KeyPolicy/replace``.
    public static func keyPolicy(_ policy: KeyPolicy) -> TaskOptions {
        TaskOptions { $0.keyPolicy = policy }
    }

    /// Starts no earlier than `delay` after submission, so that of several submissions of one key in a row only the last runs.
    ///
    /// The ones before it are cancelled, with the reason ``CancelReason/keyReplaced``, as with ``KeyPolicy/replace``. Without
    /// a key it is a delay. Below zero counts as zero, above ten years as ten years.
    public static func debounce(_ delay: Duration) -> TaskOptions {
        TaskOptions { ($0.delay, $0.keyPolicy) = (delay, .replace) }
    }

    /// No delay says nothing, so that a debounce stays.
    static func delay(_ delay: Duration) -> TaskOptions {
        delay > .zero ? TaskOptions { $0.delay = delay } : []
    }

    static func periodic(_ plan: PeriodicPlan) -> TaskOptions {
        TaskOptions { $0.period = plan }
    }

    /// Starts when other tasks have completed.
    ///
    /// If one of them fails or is cancelled, this one is cancelled with the reason ``CancelReason/dependencyFailed``, unless it
    /// runs regardless. The others may be of any manager and may have ended.
    ///
    /// - Parameters:
    ///   - tasks: What it waits for; tasks of different results may be named one after the other.
    ///   - runsRegardless: Whether it starts however they end.
    public static func after<each Success>(
        _ tasks: repeat TaskHandle<each Success>,
        runsRegardless: Bool = false
    ) -> TaskOptions {
        var records: [TaskRecord] = []
        for task in repeat each tasks { records.append(task.record) }
        return TaskOptions { ($0.dependencies, $0.runsAfterFailures) = (records, runsRegardless) }
    }

    /// Starts when the tasks of an array have completed; otherwise as `after` with tasks one by one.
    public static func after<Success>(_ tasks: [TaskHandle<Success>], runsRegardless: Bool = false) -> TaskOptions {
        let records = tasks.map(\.record)
        return TaskOptions { ($0.dependencies, $0.runsAfterFailures) = (records, runsRegardless) }
    }

    /// A cancel reports the running task as cancelled at once instead of at the end of its body.
    ///
    /// The body still occupies its slot and its key until it ends; its result is dropped. An attempt that takes too long and may be
    /// followed by another one has to end first, whether it is the last one or not. Default, for every kind: at the end.
    public static let abandonable = TaskOptions { $0.isAbandonable = true }

    /// How long a process or command may take to end by itself at each step of a cancel.
    ///
    /// On the manager's clock. A process is told, gets TERM after this time and KILL after it has passed again; a command gets
    /// TERM at once and KILL after this time. Below zero counts as zero, above ten years as ten years. A shutdown gives every
    /// body the longest one of those tasks, of any kind, that have not ended. Default: the manager's.
    public static func gracePeriod(_ period: Duration) -> TaskOptions {
        TaskOptions { $0.gracePeriod = period }
    }

    // MARK: - Limits

    /// Counts as one of a group, which has a limit of its own and can be paused.
    public static func group(_ name: String) -> TaskOptions {
        TaskOptions { $0.group = name }
    }

    /// Keeps a process task, or a command, to what it may use of the machine; ignored by coroutines and threads.
    ///
    /// One that uses more memory or processor time is ended, and the task fails with ``TaskerError/Code/limitExceeded``.
    public static func limits(_ limits: ProcessLimits) -> TaskOptions {
        TaskOptions { $0.limits = limits }
    }

    /// Ends each attempt that takes longer: it is cancelled, and the task fails with ``TaskerError/Code/timedOut`` or is retried.
    ///
    /// The time counts from when the body begins, and stands still while that stands still because of a pause. A body that ends
    /// after its time has failed, whatever it did. Below zero counts as zero, above ten years as ten years.
    public static func timeout(_ timeout: Duration) -> TaskOptions {
        TaskOptions { $0.timeout = timeout }
    }

    /// Ends the task that has not ended `deadline` after its submission: it is cancelled and fails with
    /// ``TaskerError/Code/timedOut``.
    ///
    /// If it has not begun by then, it never does. All attempts and all waiting count, pauses too. Below zero counts as zero, above ten years as ten years.
    public static func deadline(_ deadline: Duration) -> TaskOptions {
        TaskOptions { $0.deadline = deadline }
    }

    // MARK: - Retry

    /// Runs the body again when it throws.
    ///
    /// An attempt that takes longer than its ``timeout(_:)``, or that the system gives no thread, counts like one that throws.
    /// Between two attempts the task holds no slot. It stays ``TaskState/running``; ``TaskSnapshot/attempt`` counts, and
    /// ``TaskSnapshot/nextStart`` says when it goes on.
    ///
    /// - Parameters:
    ///   - retries: How many times at most, after the first attempt; below 0 counts as 0.
    ///   - backoff: How long it waits before each.
    ///   - isRetried: Which errors; called on any thread. Default: ``RetryPolicy/isWorthRetrying(_:)``.
    public static func retrying(
        _ retries: Int,
        _ backoff: Backoff = .exponential(),
        when isRetried: @escaping @Sendable (any Error) -> Bool = RetryPolicy.isWorthRetrying
    ) -> TaskOptions {
        retrying(RetryPolicy(retries: retries, backoff: backoff, when: isRetried))
    }

    /// Begins a task that fails again, as a policy says that many tasks share.
    public static func retrying(_ policy: RetryPolicy) -> TaskOptions {
        TaskOptions { $0.retry = policy }
    }

    /// Its user may start it again when it has failed or was cancelled: ``TaskManagerProxy/retryTask(id:)``.
    ///
    /// Not to be confused with ``retrying(_:_:when:)``, whose attempts are made by themselves before the task has ended; it may
    /// have both. Its body and callbacks, with what they captured, are kept as long as the ended task is, up to
    /// ``TaskManagerConfiguration/finishedTaskLimit`` or ``TaskManagerProxy/removeFinishedTasks()``; those of every other task are
    /// released when it has ended, and so are these when it completes.
    public static let retryable = TaskOptions { $0.isRetryable = true }

    // MARK: - Around the application

    /// The machine should not suspend, and the session not end, while this task works.
    ///
    /// It says so, no more: `DesktopIntegration` of TaskerGTK asks the desktop for it.
    public static let inhibitsSuspend = TaskOptions { $0.inhibitsSuspend = true }

    // MARK: - Lists

    /// Has no place in lists and in the overall progress; everything else, its events included, is as ever.
    public static let hidden = TaskOptions { $0.isVisible = false }
}

extension TaskOptions: ExpressibleByArrayLiteral {
    /// All of several options.
    public init(arrayLiteral options: TaskOptions...) {
        self.init(options)
    }

    /// All of several options; of two that say the same thing the later counts.
    public init(_ options: some Sequence<TaskOptions>) {
        for option in options { values.merge(option.values) }
    }
}

extension TaskOptions.Values {
    fileprivate mutating func merge(_ later: Self) {
        func merge<Value>(_ path: WritableKeyPath<Self, Value?>) {
            if let value = later[keyPath: path] { self[keyPath: path] = value }
        }
        merge(\.keyPolicy)
        merge(\.isAbandonable)
        merge(\.gracePeriod)
        merge(\.isVisible)
        merge(\.isRetryable)
        merge(\.group)
        merge(\.delay)
        merge(\.limits)
        merge(\.timeout)
        merge(\.deadline)
        merge(\.retry)
        // What it waits for adds up: a wait that was left out would be a wrong order.
        if let more = later.dependencies { dependencies = (dependencies ?? []) + more }
        merge(\.runsAfterFailures)
        merge(\.period)
        merge(\.inhibitsSuspend)
    }
}
