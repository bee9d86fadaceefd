#if TASKER_THREAD_SANITIZER
import Glibc
#else
public import Synchronization
#endif

/// The project's one lock: state that is only reachable while the lock is held.
///
/// Lies within its owner: a task has two, and objects of their own were a tenth of what a waiting task takes. Critical
/// sections are short and never call out: callbacks, continuations and system calls come after `withLock`.
/// The thread sanitizer does not see `Synchronization.Mutex` (it waits on a bare futex) and reports every hand-over
/// through it as a race; a `pthread_mutex_t` is intercepted. So builds for the sanitizer define
/// `TASKER_THREAD_SANITIZER` (see `Tests/run`).
@usableFromInline
package struct Lock<State: ~Copyable>: ~Copyable, @unchecked Sendable {
    // `@unchecked`: `State` need not be `Sendable`, because it never leaves the lock except as `withLock`'s `sending`
    // result; in the sanitizer's build the compiler also does not know the mutex.
    #if TASKER_THREAD_SANITIZER
    private let state: UnsafeMutablePointer<State>
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init(_ state: consuming sending State) {
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: state)
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        state.deinitialize(count: 1)
        state.deallocate()
    }

    package borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state.pointee)
    }
    #else
    @usableFromInline let mutex: Mutex<State>

    @inlinable
    package init(_ state: consuming sending State) {
        mutex = Mutex(state)
    }

    @inlinable
    package borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try mutex.withLock(body)
    }
    #endif
}
