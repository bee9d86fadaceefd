#if !TASKER_THREAD_SANITIZER
public import Synchronization

/// The project's lock for state that few threads want at a time: state that is only reachable while the lock is held.
///
/// Lies within its owner: a task has two, and objects of their own were a tenth of what a waiting task takes. Critical
/// sections are short and never call out: callbacks, continuations and system calls come after `withLock`. What every submit and every
/// end of a task wants is behind a ``CrowdedLock``.
@usableFromInline
package struct Lock<State: ~Copyable>: ~Copyable, @unchecked Sendable {
    // `@unchecked`: `State` need not be `Sendable`, because it never leaves the lock except as `withLock`'s `sending`
    // result.
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
}
#else
/// A lock that the thread sanitizer sees; builds for it define `TASKER_THREAD_SANITIZER` (see `Tests/run`).
///
/// It does not see `Synchronization.Mutex`, which waits on a bare futex, and reports every hand-over through that as a race.
package typealias Lock = CrowdedLock
#endif
