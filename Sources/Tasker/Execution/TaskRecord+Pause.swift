import GLibMainLoop
import Synchronization

extension TaskRecord {
    /// Says whether the body shall stand still; under the scheduler's lock, so that the last decision stays.
    func setPauseRequested(_ isRequested: Bool, at now: Uptime) {
        pauseRequested.store(isRequested, ordering: .releasing)
        guard !isRequested else { return }
        changeCourse { course in
            course.isStandingStill = false
            course.timings.resume(at: now)
        }
    }

    func setPaused(_ isPaused: Bool) {
        changeCourse { $0.isPaused = isPaused }
    }

    /// Notes what the events tell: whether nothing of the task runs because it is paused.
    ///
    /// - Parameter hasBody: Whether a body has begun and not ended.
    /// - Returns: The event to tell, if there is one.
    func notePause(hasBody: Bool) -> TaskEvent.Kind? {
        life.withLock { life in
            let isPaused = life.course.isStandingStill || (life.course.isPaused && !hasBody)
            guard isPaused != life.course.isToldPaused else { return nil }
            life.course.isToldPaused = isPaused
            return isPaused ? .paused : .resumed
        }
    }

    /// Notes that the body stands still; under the scheduler's lock.
    func noteStandstill(at now: Uptime) {
        changeCourse { course in
            course.isStandingStill = true
            course.timings.pause(at: now)
        }
    }

    /// Calls `hook` each time the body is told to stand still or to go on, now if it was; it looks which of the two it is.
    func onPauseChange(_ hook: @escaping @Sendable () -> Void) {
        changeCourse { $0.pauseHook = hook }
        if isPauseRequested { hook() }
    }

    /// Lets those go on, or look again, that wait for the end of a pause.
    func pauseChanged() {
        let (hook, waiters) = life.withLock { life -> ((@Sendable () -> Void)?, [@Sendable () -> Void]) in
            guard life.ended == nil else { return (nil, []) }
            defer { life.course.pauseWaiters = [] }
            return (life.course.pauseHook, life.course.pauseWaiters)
        }
        hook?()
        for goOn in waiters { goOn() }
    }
}
