import CTaskerGLib
import DequeModule
import Dispatch
import Glibc

/// Threads for work that blocks: a new one starts at once when work waits and none is idle, and idle ones end.
///
/// How many run at once is the scheduler's business; the pool never makes work wait. Rejected: GLib's pool, which GTask shares
/// with all of GIO and which starts a thread behind 20 blocking ones only after a second; Dispatch's, which thinks
/// in cores.
final class ThreadPool: @unchecked Sendable {
    // `@unchecked`: the mutable state is reached with `mutex` held only. Not a `Lock`, because a condition variable needs
    // the mutex itself.

    private var queue: Deque<@Sendable () -> Void> = []
    private var idleCount = 0
    /// How many threads will look at the queue; each counts itself when it begins, because one that the system has yet to
    /// give may be refused.
    private var threadCount = 0
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let name: String
    /// How long a thread waits for work before it ends.
    private let idleSeconds: Int
    private let spawn: Spawn

    /// Starts a thread that runs ``main(_:)`` with the pointer; 0, or the number of the error.
    typealias Spawn = @Sendable (UnsafeMutableRawPointer) -> Int32

    init(name: String, idleSeconds: Int = 5, spawn: @escaping Spawn = ThreadPool.spawn) {
        self.name = name
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

    /// Where children are supervised, shutdowns run and delays end, whatever the coroutines of the application do: a few that
    /// compute keep all of Swift's own threads busy.
    static let supervision = ThreadPool(name: "tasker-children")

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
        guard status != 0 else { return }
        start.release()
        pthread_mutex_lock(mutex)
        let hasThreads = threadCount > 0
        if hasThreads {
            queue.append(work)
            // For a thread that has become idle since `execute` found none.
            pthread_cond_signal(condition)
        }
        pthread_mutex_unlock(mutex)
        // Some thread is there: it takes the work when it has finished its own.
        guard !hasThreads else { return }
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
        start.pool.join()
        start.run()
        while start.pool.runNext() {}
        return nil
    }

    private func join() {
        pthread_mutex_lock(mutex)
        threadCount += 1
        pthread_mutex_unlock(mutex)
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
