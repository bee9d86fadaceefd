import CTaskerGLib
import DequeModule
import Dispatch
import Glibc

/// Threads for work that blocks: a new one starts at once when work waits and none is idle, and idle ones end.
///
/// How many run at once is the scheduler's business; the pool makes work wait only where the system gives no more threads.
/// Rejected: GLib's pool, which GTask shares with all of GIO and which starts a thread behind 20 blocking ones only after a
/// second; Dispatch's, which thinks in cores.
final class ThreadPool: @unchecked Sendable {
    // `@unchecked`: the mutable state is reached with `mutex` held only. Not a `Lock`, because a condition variable needs
    // the mutex itself.

    private var queue: Deque<@Sendable () -> Void> = []
    private var idleCount = 0
    /// How many threads will look at the queue; without those that the system has yet to give, and may refuse.
    private var threadCount = 0
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let name: String
    /// How long a thread waits for work before it ends.
    private let idleSeconds: Int
    private let queuesWhenRefused: Bool
    private let spawn: Spawn

    /// Starts a thread that runs ``main(_:)`` with the pointer; 0, or the number of the error.
    typealias Spawn = @Sendable (UnsafeMutableRawPointer) -> Int32

    /// - Parameter queuesWhenRefused: Whether work for which the system gives no thread waits for one that the pool has;
    ///   if not, it is refused.
    init(
        name: String,
        idleSeconds: Int = 5,
        queuesWhenRefused: Bool = true,
        spawn: @escaping Spawn = ThreadPool.spawn
    ) {
        self.name = name
        self.queuesWhenRefused = queuesWhenRefused
        self.idleSeconds = idleSeconds
        self.spawn = spawn
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    // No thread can be left: each keeps the pool alive.
    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Where children are supervised, shutdowns run and delays end.
    ///
    /// Not on Swift's own threads: a few coroutines of the application that compute keep all of these. Nothing blocks here
    /// for long.
    static let supervision = ThreadPool(name: "tasker-children")
    /// For what blocks as long as a child lives: there is always a thread, or an error, and no waiting behind another child.
    static let pumps = ThreadPool(name: "tasker-pump", queuesWhenRefused: false)

    /// How many threads wait for work.
    var idleThreadCount: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return idleCount
    }

    /// Runs `work` on a thread of the pool.
    ///
    /// Returns at once.
    ///
    /// - Throws: ``TaskerError/Code/threadUnavailable`` when the pool has no thread and the system gives none; the work
    ///   will not run.
    func execute(_ work: @escaping @Sendable () -> Void) throws(TaskerError) {
        pthread_mutex_lock(mutex)
        if idleCount > queue.count {
            queue.append(work)
            // Under the lock, although the thread that wakes has to wait for it. Rejected: behind it, which saves two switches of
            // threads, but after 100,000 tasks in a row on one thread at a time 1.5 MB more were in use.
            pthread_cond_signal(condition)
            pthread_mutex_unlock(mutex)
            return
        }
        pthread_mutex_unlock(mutex)
        try startThread(with: work)
    }

    private final class Start {
        let pool: ThreadPool
        private var work: (@Sendable () -> Void)?

        init(pool: ThreadPool, work: @escaping @Sendable () -> Void) {
            self.pool = pool
            self.work = work
        }

        func run() {
            let work = work
            self.work = nil
            work?()
        }
    }

    private func startThread(with work: @escaping @Sendable () -> Void) throws(TaskerError) {
        let start = Unmanaged.passRetained(Start(pool: self, work: work))
        let status = spawn(start.toOpaque())
        pthread_mutex_lock(mutex)
        // One that has been idle and ended by now counted itself out; then this makes zero.
        if status == 0 { threadCount += 1 }
        let isQueued = status != 0 && queuesWhenRefused && threadCount > 0
        if isQueued {
            queue.append(work)
            // For a thread that has become idle since `execute` found none; another one takes it when it has finished its own.
            pthread_cond_signal(condition)
        }
        pthread_mutex_unlock(mutex)
        guard status != 0 else { return }
        start.release()
        guard !isQueued else { return }
        throw TaskerError(
            .threadUnavailable,
            "The system gave no thread (\(String(cString: strerror(status)))); lower maximumThreads or end other work."
        )
    }

    static let spawn: Spawn = { argument in
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        return pthread_create(&thread, &attributes, { ThreadPool.main($0) }, argument)
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        tasker_set_thread_name(start.pool.name)
        start.run()
        while start.pool.runNext() {}
        return nil
    }

    /// Waits for a piece of work and runs it; its closure lives no longer than this call, so that an idle thread owns none.
    private func runNext() -> Bool {
        guard let work = takeWork() else { return false }
        work()
        return true
    }

    /// The next piece of work, or nil when none came for long enough.
    private func takeWork() -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += idleSeconds
        idleCount += 1
        defer { idleCount -= 1 }
        while queue.isEmpty {
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT, queue.isEmpty {
                threadCount -= 1
                return nil
            }
        }
        return queue.removeFirst()
    }
}

extension ThreadPool: TaskExecutor {
    /// Runs a part of an async function.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        do {
            try execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        } catch {
            // The system gives no thread; Dispatch has some, or gets one when there is one.
            DispatchQueue.global().async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}
