extension TaskManagerProxy {
    // MARK: - Pause

    /// Pauses a task; returns at once, from any thread.
    ///
    /// As ``TaskHandle/pause()``.
    ///
    /// - Returns: Whether that changed anything; false also for an id that no live task has.
    @discardableResult
    public func pauseTask(id: TaskID) -> Bool {
        scheduler.setPaused(true, id)
    }

    /// Takes back a ``pauseTask(id:)``; returns at once, from any thread.
    ///
    /// - Returns: Whether that changed anything; false also for an id that no live task has.
    @discardableResult
    public func resumeTask(id: TaskID) -> Bool {
        scheduler.setPaused(false, id)
    }

    /// Pauses all tasks of a group, and those that join it; returns at once, from any thread.
    ///
    /// - Returns: Whether that changed anything.
    @discardableResult
    public func pauseGroup(_ group: String) -> Bool {
        scheduler.setPaused(true, group: group)
    }

    /// Takes back a ``pauseGroup(_:)``; tasks that were paused by themselves stay so.
    ///
    /// Returns at once, from any thread.
    ///
    /// - Returns: Whether that changed anything.
    @discardableResult
    public func resumeGroup(_ group: String) -> Bool {
        scheduler.setPaused(false, group: group)
    }

    /// Pauses everything, and what is submitted from now on; returns at once, from any thread.
    ///
    /// - Returns: Whether that changed anything.
    @discardableResult
    public func pause() -> Bool {
        scheduler.setPaused(true)
    }

    /// Takes back a ``pause()``; tasks and groups that were paused by themselves stay so.
    ///
    /// Returns at once, from any thread.
    ///
    /// - Returns: Whether that changed anything.
    @discardableResult
    public func resume() -> Bool {
        scheduler.setPaused(false)
    }

    /// Whether the whole manager is paused.
    ///
    /// Any thread.
    public var isPaused: Bool {
        scheduler.read { $0.machine.isPaused }
    }

    /// Whether a group is paused; the tasks in it may be paused also by themselves.
    ///
    /// Any thread.
    public func isPaused(group: String) -> Bool {
        scheduler.read { $0.machine.isPaused(group: group) }
    }

    // MARK: - Priority and limits

    /// Gives a task that has not started another priority; returns at once, from any thread.
    ///
    /// Among equals it is placed by when it was submitted. O(log n) in the number of waiting tasks.
    ///
    /// - Returns: Whether it was waiting for its first start; false also for an id that no task has.
    @discardableResult
    public func setPriority(_ priority: SchedulingPriority, id: TaskID) -> Bool {
        scheduler.setPriority(priority, of: id)
    }

    /// Changes a limit; returns at once, from any thread.
    ///
    /// What runs goes on when there are too many; nothing starts until there are fewer.
    ///
    /// - Parameters:
    ///   - limit: How many; below 1 counts as 1. To let nothing run, pause. nil: any number.
    ///   - scope: Of what.
    public func setLimit(_ limit: Int?, of scope: LimitScope) {
        scheduler.setLimit(limit, of: scope)
    }

    /// A limit as it is now; nil: any number.
    ///
    /// Any thread.
    public func limit(of scope: LimitScope) -> Int? {
        scheduler.read { $0.machine.limit(of: scope) }
    }

    /// Reports progress of a running task from outside its body; returns at once, from any thread.
    ///
    /// `progress` is the fraction done; it is clamped to 0…1, NaN and infinities are ignored.
    ///
    /// - Returns: Whether the task has begun and not ended.
    @discardableResult
    public func updateProgress(_ progress: Double, id: TaskID) -> Bool {
        guard let record = scheduler.live(id), record.state == .running else { return false }
        if progress.isFinite { record.setProgress(min(max(progress, 0), 1)) }
        return true
    }

    // MARK: - Worker processes

    /// Starts worker processes ahead of their tasks, so that `count` wait for one; returns at once, from any thread.
    ///
    /// They are started in the background. No more are started than process tasks may run at once, and each is kept for
    /// ``TaskManagerConfiguration/workerIdleTime``.
    public func prewarmWorkers(_ count: Int = 1) {
        scheduler.prewarmWorkers(count)
    }

    /// Replaces every worker process, such as after the settings that they have read have changed; returns at once, from any
    /// thread.
    ///
    /// No task is lost: a worker that has a task ends with it, and tasks that wait get new workers.
    public func restartWorkers() {
        scheduler.workers.restart()
    }

    // MARK: - Queries

    /// How long a task has worked by now, if nothing has happened to it since the snapshot.
    package func elapsed(of task: TaskSnapshot) -> Duration {
        task.elapsed(at: scheduler.time.now())
    }

    /// A task that has not ended, or is still kept; nil if there is none.
    ///
    /// Any thread; the engine's own state, which may be a moment ahead of what was published. O(1).
    public func task(id: TaskID) -> TaskSnapshot? {
        scheduler.snapshot(of: id)
    }

    /// The newest task of a key that has not ended, else the one that ended last and is still kept; nil if there is none.
    ///
    /// Any thread. O(1).
    public func task(key: String) -> TaskSnapshot? {
        scheduler.snapshot(ofKey: key)
    }

    /// The visible tasks in some states: those that have not ended, and the ended ones that are still kept.
    ///
    /// Any thread; O(n) on the caller's time, without keeping the engine waiting.
    ///
    /// - Parameters:
    ///   - states: In which states. Default: in any.
    ///   - group: Of one group only.
    ///   - kind: Of one kind only.
    ///   - order: Newest or oldest first, by submission.
    public func tasks(
        in states: Set<TaskState> = Set(TaskState.allCases),
        group: String? = nil,
        kind: TaskKind? = nil,
        order: TaskOrder = .oldestFirst
    ) -> [TaskSnapshot] {
        scheduler.snapshots(in: states, group: group, kind: kind, order: order, scope: nil)
    }

    /// How many tasks there were and are, and how long they waited and worked.
    ///
    /// Any thread; since the manager was made.
    public var statistics: TaskStatistics {
        scheduler.read(\.statistics)
    }

    /// Removes the ended tasks that are kept from lists and queries; from any thread.
    ///
    /// - Returns: How many there were, hidden ones included.
    @discardableResult
    public func removeFinishedTasks() -> Int {
        scheduler.removeFinished()
    }
}
