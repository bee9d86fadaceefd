import DequeModule

/// Runs an actor's jobs on the thread that owns a ``MainContext``.
///
/// An actor with this executor may call GLib functions that belong to the context's thread. Jobs run in the order in
/// which they were enqueued, at one priority; a burst of jobs costs one event source.
///
/// ```swift
/// actor Reader {
///     private let executor = MainContextExecutor(context: readerContext)
///     nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
/// }
/// ```
public final class MainContextExecutor: SerialExecutor {
    /// The context whose owner runs the jobs.
    public let context: MainContext
    private let priority: SourcePriority
    private let queue = CrowdedLock(Deque<UnownedJob>())

    /// How long one dispatch runs jobs before it lets the context look at its other sources.
    static let budget = Duration.milliseconds(4)

    /// Makes an executor over `context`.
    public init(context: MainContext, priority: SourcePriority = .belowRedraw) {
        self.context = context
        self.priority = priority
    }

    /// Enqueues a job; called by the Swift runtime, from any thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wasEmpty = queue.withLock { queue in
            queue.append(job)
            return queue.count == 1
        }
        guard wasEmpty else { return }
        context.addIdle(priority: priority) { self.drain() }
    }

    /// Traps unless the caller runs on the context's thread.
    public func checkIsolated() {
        precondition(context.isOwner, "This actor's code must run on the thread that owns its MainContext.")
    }

    private func drain() -> SourceContinuation {
        let clock = ContinuousClock()
        let end = clock.now + Self.budget
        // The job that is run stays at the head until it has ended: so the queue is never seen empty, and no second
        // source added, while this one still drains.
        var head = queue.withLock { $0.first }
        while let job = head {
            job.runSynchronously(on: asUnownedSerialExecutor())
            head = queue.withLock { queue in
                queue.removeFirst()
                return queue.first
            }
            if head != nil, clock.now >= end { return .continue }
        }
        return .remove
    }
}
