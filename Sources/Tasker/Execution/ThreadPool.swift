import CTaskerGLib
import DequeModule
import Dispatch
import Glibc

/// Threads for work that blocks: a new one starts at once when work waits and none is free, and idle ones end.
///
/// How many run at once is the scheduler's business; the pool makes work wait only where the system gives no more threads.
/// Rejected: GLib's pool, which GTask shares with all of GIO and which starts a thread behind 20 blocking ones only after a
/// second; Dispatch's, which thinks in cores.
///
/// A thread that will soon look for work is a searcher: one that has been called, and one that tells of the end of a body. While there is
/// one, work goes into the queue and calls nobody; whoever takes work and leaves more behind calls the next. So what blocks holds nothing
/// up, and what is short calls no more threads than it keeps busy. A call for each piece was half of what a function that does nothing
/// cost; one whenever there are fewer searchers than pieces kept 64 threads busy on two cores, where that took three times as long. A
/// searcher runs nothing of the application's, and is none any more before it does.
final class ThreadPool: @unchecked Sendable {
    // `@unchecked`: the mutable state is reached with `mutex` held only. Not a `Lock`, because a condition variable needs
    // the mutex itself.

    enum Work {
        case call(@Sendable () -> Void)
        /// The body of a task, which alone owns it: whoever else did might end what it owns, and take its time.
        case body(TaskRecord)
    }

    /// What a searcher will find, and work for which the system gave no thread.
    private var queue: Deque<Work> = []
    /// Those that wait for work; the last one gets it, because its memory is warm, and those that are not needed end.
    private var idle: [PoolThread] = []
    /// How many threads will look at the queue; without those that the system has yet to give, and may refuse.
    private var threadCount = 0
    private var searcherCount = 0
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let name: String
    /// How long a thread waits for work before it ends.
    private let idleSeconds: Int
    private let queuesWhenRefused: Bool
    private let spawn: Spawn

    /// How many threads are asked for in a row where the system refuses them.
    private static let refusalLimit = 8

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

    // MARK: - Work

    /// Runs `work` on a thread of the pool.
    ///
    /// Returns at once.
    ///
    /// - Throws: ``TaskerError/Code/threadUnavailable`` when the pool has no thread and the system gives none; the work
    ///   will not run.
    func execute(_ work: Work) throws(TaskerError) {
        pthread_mutex_lock(mutex)
        let isQueued = searcherCount > 0
        if isQueued { queue.append(work) }
        let sleeper = isQueued ? nil : callSleeper(with: work)
        pthread_mutex_unlock(mutex)
        // Behind the lock, so that it finds nothing locked when it wakes.
        sleeper?.wake()
        if !isQueued, sleeper == nil { try startThread(with: work) }
    }

    /// As ``execute(_:)``.
    func execute(_ call: @escaping @Sendable () -> Void) throws(TaskerError) {
        try execute(.call(call))
    }

    /// Tells that what a thread does before it looks for work may take its time.
    func willNotLook(_ thread: PoolThread) {
        pthread_mutex_lock(mutex)
        let need = endSearch(thread)
        pthread_mutex_unlock(mutex)
        meet(need)
    }

    // MARK: - With the mutex held

    private func beginSearch(_ thread: PoolThread) {
        guard queuesWhenRefused, !thread.isSearching else { return }
        thread.isSearching = true
        searcherCount += 1
    }

    /// What is needed for work that nobody looks for.
    private enum Need {
        case nothing
        case waking(PoolThread)
        case thread(Work)
    }

    private func endSearch(_ thread: PoolThread) -> Need {
        if thread.isSearching {
            thread.isSearching = false
            searcherCount -= 1
        }
        // Also if it was none: a new thread may be here before whoever asked for it has counted it.
        return nextNeed()
    }

    private func nextNeed() -> Need {
        guard searcherCount == 0, let work = queue.popFirst() else { return .nothing }
        return callSleeper(with: work).map(Need.waking) ?? .thread(work)
    }

    /// - Returns: An idle thread that has got the work, and is to be woken.
    private func callSleeper(with work: Work) -> PoolThread? {
        guard let sleeper = idle.popLast() else { return nil }
        sleeper.work = work
        beginSearch(sleeper)
        return sleeper
    }

    // MARK: - Threads

    private func meet(_ need: Need) {
        var (need, refusals) = (need, 0)
        while case .thread(let work) = need, spawnThread(with: work) != 0 {
            refusals += 1
            pthread_mutex_lock(mutex)
            // One may have become idle since.
            if let sleeper = callSleeper(with: work) {
                need = .waking(sleeper)
            } else {
                // The next that looks takes it, which is the caller if nobody else. Behind the others, because one may be refused what
                // another is given; but the caller has work, which waits meanwhile.
                queue.append(work)
                need = refusals < min(queue.count, Self.refusalLimit) ? nextNeed() : .nothing
            }
            pthread_mutex_unlock(mutex)
        }
        if case .waking(let sleeper) = need { sleeper.wake() }
    }

    private func startThread(with work: Work) throws(TaskerError) {
        let status = spawnThread(with: work)
        guard status != 0 else { return }
        pthread_mutex_lock(mutex)
        // One may have become idle since `execute` found none; if not, the next that has finished its own takes it.
        let sleeper = callSleeper(with: work)
        let isQueued = sleeper == nil && queuesWhenRefused && threadCount + searcherCount > 0
        if isQueued { queue.append(work) }
        pthread_mutex_unlock(mutex)
        sleeper?.wake()
        guard !isQueued, sleeper == nil else { return }
        throw TaskerError(
            .threadUnavailable,
            "The system gave no thread (\(String(cString: strerror(status)))); lower maximumThreads or end other work."
        )
    }

    /// - Returns: 0, or the number of the error.
    private func spawnThread(with work: Work) -> Int32 {
        let thread = PoolThread(pool: self, work: work)
        let pointer = Unmanaged.passRetained(thread)
        let status = spawn(pointer.toOpaque())
        guard status == 0 else {
            pointer.release()
            return status
        }
        pthread_mutex_lock(mutex)
        // One that has been idle and ended by now counted itself out; then this makes zero.
        threadCount += 1
        // Only now: a thread that the system may refuse is nobody to count on.
        if !thread.hasBegun { beginSearch(thread) }
        pthread_mutex_unlock(mutex)
        return 0
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
        let thread = Unmanaged<PoolThread>.fromOpaque(argument).takeRetainedValue()
        tasker_set_thread_name(thread.pool.name)
        while thread.pool.takeWork(thread) { thread.pool.runWork(of: thread) }
        return nil
    }

    /// Runs a piece of work, which lives no longer than this call, so that an idle thread owns none.
    private func runWork(of thread: PoolThread) {
        switch thread.work.take() {
        case .call(let call): call()
        case .body(let record):
            let outcome = record.runBody()
            // Main may be done with the task before this thread is, which then ends what the task has left.
            guard record.endsPlainly, outcome.isSuccess else { return record.scheduler.bodyEnded(record, outcome) }
            pthread_mutex_lock(mutex)
            beginSearch(thread)
            pthread_mutex_unlock(mutex)
            record.scheduler.bodyEnded(record, outcome, on: thread)
        case nil: break
        }
    }

    /// Waits until a thread has work.
    ///
    /// - Returns: false when none came for long enough.
    private func takeWork(_ thread: PoolThread) -> Bool {
        pthread_mutex_lock(mutex)
        thread.hasBegun = true
        if thread.work == nil { thread.work = queue.popFirst() }
        var need = endSearch(thread)
        if thread.work == nil {
            guard waitForWork(thread) else {
                pthread_mutex_unlock(mutex)
                return false
            }
            need = endSearch(thread)
        }
        pthread_mutex_unlock(mutex)
        meet(need)
        return true
    }

    /// - Returns: Whether there was some before the time was up.
    private func waitForWork(_ thread: PoolThread) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += idleSeconds
        idle.append(thread)
        while thread.work == nil {
            guard thread.wait(mutex, until: &deadline), thread.work == nil else { continue }
            idle.removeAll { $0 === thread }
            threadCount -= 1
            return false
        }
        return true
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
