import Glibc
public import Logging

/// The limits and times of a manager.
///
/// A time outside zero to ten years counts as the nearer of them.
public struct TaskManagerConfiguration: Sendable {
    /// How many tasks of all kinds run at once; nil: no limit but those of the kinds.
    ///
    /// Below 1 counts as 1.
    public var maximumConcurrentTasks: Int?
    /// How many coroutines run at once.
    ///
    /// Below 1 counts as 1.
    public var maximumCoroutines = 1024
    /// How many threads run at once; they are started when work waits and end when there is none.
    ///
    /// Below 1 counts as 1.
    public var maximumThreads = 64
    /// How many worker processes run at once.
    ///
    /// Below 1 counts as 1. Default: the number of cores.
    public var maximumProcesses = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    /// How long a worker process without a task is kept for the next one; zero: it ends with its task.
    public var workerIdleTime = Duration.seconds(30)
    /// After how many tasks a worker process is replaced; nil: any number.
    ///
    /// Below 1 counts as 1.
    public var maximumTasksPerWorker: Int?
    /// How many bytes of memory a worker process may have resident when its task has ended, without being replaced; nil: any
    /// number.
    ///
    /// For tasks, or libraries that they use, that leak or keep what they once had; the bytes of a ``SharedBuffer`` do not count. Read
    /// from `/proc` after each task; behind a ``workerLauncher`` it is the launcher that is looked at.
    public var maximumWorkerMemory: Int?
    /// How long a worker process with a task may not answer the library before it is ended; nil: any time.
    ///
    /// This is not about tasks that take long, to which a timeout belongs: a worker answers beside its task, whatever that does,
    /// unless somebody has stopped it, or all of it waits for itself. It is noticed after this time, or up to as much again. The task
    /// fails with ``TaskerError/Code/workerUnresponsive``, or goes on in another worker if it had not begun. A paused task is not
    /// expected to answer; one under a debugger is. Behind a ``workerLauncher``, longer than it takes to bring the largest arguments to the
    /// worker, or its largest result here. Below 100 milliseconds counts as that.
    public var responseTimeout: Duration?
    /// The program that worker processes run, by name or path; nil: the application itself.
    ///
    /// For workers that need not load what the application does, GTK for example. Its `main` calls
    /// ``WorkerProcess/serveIfRequested(_:forwardsLogs:)`` as well, with types of a module that both programs link: a type is known by
    /// its module and its name.
    public var workerExecutable: String?
    /// How worker processes are started.
    public var workerLauncher = WorkerLauncher.local
    /// How many external programs run at once.
    ///
    /// Below 1 counts as 1.
    public var maximumCommands = 8
    /// How many tasks of a group run at once, by the group's name; groups that are not named here have no limit.
    ///
    /// Below 1 counts as 1.
    public var groupLimits: [String: Int] = [:]
    /// How many tasks may wait for their first start, delayed, blocked and paused ones included; nil: any number.
    ///
    /// Below 1 counts as 1.
    public var maximumPendingTasks: Int?
    /// What happens to a task that is one too many of those that wait.
    public var queueFullPolicy = QueueFullPolicy.refuse
    /// In which time a waiting task gains one point of priority, so that none starves; nil: it gains nothing.
    ///
    /// With one second, the default, a task of low priority (−100) starts before those of normal priority (0) that were submitted
    /// 100 seconds after it. Zero and below count as one nanosecond.
    public var ageingInterval: Duration? = .seconds(1)
    /// How often progress and messages are published at most; state changes are published at once.
    public var publicationInterval = Duration.milliseconds(16)
    /// How long a process or command may take to end by itself at each step of a cancel, and a body at shutdown.
    public var gracePeriod = Duration.seconds(2)
    /// How many ended tasks are kept for lists and queries; the oldest go first.
    ///
    /// Zero and below keep none.
    public var finishedTaskLimit = 100
    /// How long an ended task is kept; nil: until others take its place.
    ///
    /// Zero and below keep none.
    public var finishedTaskAge: Duration?
    /// The clock of every delay, timeout, rank and average.
    ///
    /// Its time goes on while the machine is suspended, if it is the default.
    public var clock: any Clock<Duration> = ContinuousClock()
    /// Where what happens to tasks is logged; nil: nowhere.
    ///
    /// At `debug` what goes well and cancels, at `info` failures and retries, at `error` a worker that crashed, did not answer
    /// or broke the protocol; each with the task's id, name, kind, key and scope as metadata.
    public var logger: Logger?

    // What the library's own tests replace, so that they can count instead of measuring time.

    /// What a drain's budget and the publication interval are measured with.
    ///
    /// Not `clock`, whose instants are of any type: this one is read at each callback.
    var now: @Sendable () -> ContinuousClock.Instant = { .now }
    /// How long publication gives way to drawing.
    var redrawPatience = Duration.milliseconds(50)
    /// What the jitter of a retry's delay is taken from, 0..<1.
    var random: @Sendable () -> Double = { .random(in: 0..<1) }
    /// How a thread is started.
    var spawnThread = ThreadPool.spawn

    /// Makes a configuration with the defaults.
    public init() {}

    var reporters: [any TaskReporter] {
        var reporters: [any TaskReporter] = logger.map { [TaskLog(logger: $0)] } ?? []
        #if Metrics
        reporters.append(TaskMetrics())
        #endif
        return reporters
    }

    var limits: SchedulerLimits {
        SchedulerLimits(all: maximumConcurrentTasks, pending: maximumPendingTasks) { kind in
            switch kind.storage {
            case .coroutine: maximumCoroutines
            case .thread: maximumThreads
            case .process: maximumProcesses
            case .command: maximumCommands
            }
        }
    }
}
