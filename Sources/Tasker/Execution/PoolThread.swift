import Glibc

/// A thread of a ``ThreadPool``, as the pool knows it.
final class PoolThread: @unchecked Sendable {
    // `@unchecked`: its variables are reached with the pool's mutex held only, but for `work` once the thread has taken it.

    let pool: ThreadPool
    /// What it is to run next, given to it alone.
    var work: ThreadPool.Work?
    /// Whether it will look for work before it does anything of the application's.
    var isSearching = false
    /// Whether it has looked for work by now.
    var hasBegun = false
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(pool: ThreadPool, work: ThreadPool.Work) {
        (self.pool, self.work) = (pool, work)
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

    /// Wakes it when it has got work; it may have gone by now.
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
