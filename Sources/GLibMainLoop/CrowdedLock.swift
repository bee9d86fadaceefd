public import Glibc

/// The project's lock for state that many threads want all the time; otherwise as ``Lock``.
///
/// `Synchronization.Mutex` gives itself to the thread that has waited longest (its futex is one with priority inheritance), and nobody
/// has it until that thread runs. Once threads wait, each change of hands is a change of threads: functions that do nothing, submitted by
/// eight threads, took 100 µs each on two cores, with this 33, as submitted by one. Whoever runs takes a `pthread_mutex_t`. In memory of
/// its own, because it must not move.
@usableFromInline
package struct CrowdedLock<State: ~Copyable>: ~Copyable, @unchecked Sendable {
    // `@unchecked`: `State` need not be `Sendable`, because it never leaves the lock except as `withLock`'s `sending`
    // result; the compiler does not know the mutex.
    @usableFromInline let state: UnsafeMutablePointer<State>
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>

    @inlinable
    package init(_ state: consuming sending State) {
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: state)
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    @inlinable
    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        state.deinitialize(count: 1)
        state.deallocate()
    }

    @inlinable
    package borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state.pointee)
    }
}
