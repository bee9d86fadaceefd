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

    /// Work for which the system gave no thread.
    private var queue: Deque<@Sendable () -> Void> = []
    /// Those that wait for work; the last one gets it, because its memory is warm, and those that are not needed end.
    private var idle: [Sleeper] = []
    /// How many threads will look at the queue; without those that the system has yet to give, and may refuse.
    private var threadCount = 0
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
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
    }

    // No thread can be left: each keeps the pool alive.
    deinit {
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
        return idle.count
    }

    /// Runs `work` on a thread of the pool.
    ///
    /// Returns at once.
    ///
    /// - Throws: ``TaskerError/Code/threadUnavailable`` when the pool has no thread and the system gives none; the work
    ///   will not run.
    func execute(_ work: @escaping @Sendable () -> Void) throws(TaskerError) {
        if !wake(with: work) { try startThread(with: work) }
    }

    /// Gives work to a thread that waits for some.
    ///
    /// To the thread, not to a queue, and it is woken behind the lock, so that it finds nothing locked when it wakes.
    ///
    /// - Returns: Whether there was one.
    private func wake(with work: @escaping @Sendable () -> Void) -> Bool {
        pthread_mutex_lock(mutex)
        let sleeper = idle.popLast()
        sleeper?.work = work
        pthread_mutex_unlock(mutex)
        sleeper?.wake()
        return sleeper != nil
    }

    /// A thread that waits for work.
    private final class Sleeper {
        private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        /// With the pool's mutex held only.
        var work: (@Sendable () -> Void)?

        init() {
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        }

        deinit {
            pthread_cond_destroy(condition)
            condition.deallocate()
        }

        /// The thread itself may have gone by now.
        func wake() {
            withExtendedLifetime(self) { _ = pthread_cond_signal(condition) }
        }

        /// Waits with the pool's mutex held.
        ///
        /// - Returns: Whether the time is up.
        func wait(_ mutex: UnsafeMutablePointer<pthread_mutex_t>, until deadline: inout timespec) -> Bool {
            pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT
        }
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
        // One may have become idle since `execute` found none; if not, the next that has finished its own takes it.
        let sleeper = status == 0 ? nil : idle.popLast()
        sleeper?.work = work
        let isQueued = status != 0 && sleeper == nil && queuesWhenRefused && threadCount > 0
        if isQueued { queue.append(work) }
        pthread_mutex_unlock(mutex)
        sleeper?.wake()
        guard status != 0 else { return }
        start.release()
        guard !isQueued, sleeper == nil else { return }
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
        let sleeper = Sleeper()
        while start.pool.runNext(sleeper) {}
        return nil
    }

    /// Waits for a piece of work and runs it; its closure lives no longer than this call, so that an idle thread owns none.
    private func runNext(_ sleeper: Sleeper) -> Bool {
        guard let work = takeWork(sleeper) else { return false }
        work()
        return true
    }

    /// The next piece of work, or nil when none came for long enough.
    private func takeWork(_ sleeper: Sleeper) -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if let work = queue.popFirst() { return work }
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += idleSeconds
        idle.append(sleeper)
        while sleeper.work == nil {
            if sleeper.wait(mutex, until: &deadline), sleeper.work == nil {
                idle.removeAll { $0 === sleeper }
                threadCount -= 1
                return nil
            }
        }
        defer { sleeper.work = nil }
        return sleeper.work
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
