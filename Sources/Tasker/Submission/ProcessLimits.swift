/// What a process task or a command may use of the machine.
///
/// ```swift
/// taskManager.runProcess(Trace(image), options: .limits(ProcessLimits(niceness: 10, memory: 2 << 30)))
/// ```
///
/// A process task with limits has a worker process that no other task has after it. Behind a
/// ``TaskManagerConfiguration/workerLauncher`` that runs it elsewhere, they are the launcher's.
public struct ProcessLimits: Sendable, Hashable {
    /// How far it steps back behind others for the processor, 0…19; nil: it stands where the application does.
    ///
    /// 19 takes only what nobody else wants. Where the kernel weighs sessions against each other, the session steps back with it; see
    /// `nice(2)`, and `sched(7)` about autogroups. What stands further back by itself stays there.
    public var niceness: Int?
    /// How many bytes of memory it may have resident, with its descendants; nil: any number.
    ///
    /// What several of them share counts once, and of what it shares with others, as a ``SharedBuffer``, its part of it. Looked at ten times a second, so that a fast one may take some more before it is ended.
    public var memory: Int?
    /// How much time of processors it may use, with its descendants; nil: any time.
    ///
    /// Looked at ten times a second.
    public var processorTime: Duration?
    /// How many descriptors each of its processes may have open; nil: as many as the application.
    ///
    /// The system refuses more, which each program tells in its own way: "Too many open files". See `RLIMIT_NOFILE`.
    public var openFiles: Int?
    /// How much sooner than others the system ends it when memory runs out, −1000…1000; nil: a little sooner than the application.
    ///
    /// Below the application's own it needs a privilege; the task fails with ``TaskerError/Code/spawnFailed`` without it. See
    /// `oom_score_adj` in `proc(5)`.
    public var outOfMemoryScore: Int?

    /// Makes limits; those that are not named are none.
    public init(
        niceness: Int? = nil,
        memory: Int? = nil,
        processorTime: Duration? = nil,
        openFiles: Int? = nil,
        outOfMemoryScore: Int? = nil
    ) {
        self.niceness = niceness
        self.memory = memory
        self.processorTime = processorTime
        self.openFiles = openFiles
        self.outOfMemoryScore = outOfMemoryScore
    }

    /// Whether somebody has to look at what is used.
    var isMeasured: Bool {
        memory != nil || processorTime != nil
    }
}
