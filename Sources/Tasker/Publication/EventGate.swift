import DequeModule
import GLibMainLoop

/// Room for the events of one task that the main thread has not handled yet.
///
/// When the room is used up the sender waits and the main thread never does; a cancelled task's senders leave at once.
final class EventGate: Sendable {
    /// How many events may wait for the main thread; one with shared buffers counts once for each, because they hold descriptors.
    static let capacity = 64

    enum Admission: Sendable {
        /// The event has its place.
        case admitted
        /// There is no room; wait with ``EventGate/wait(_:)`` and try again.
        case full(EventGate)
        /// The task is to end; nobody waits any more.
        case closed
    }

    private struct State {
        var outstanding = 0
        /// Which body runs, of several that run one after the other.
        var attempt = 0
        /// The last one whose senders no longer wait.
        var closedAttempt = -1
        var waiters: Deque<@Sendable () -> Void> = []

        var isClosed: Bool {
            closedAttempt >= attempt
        }
    }

    private let state = Lock(State())

    func enter(weight: Int) -> Admission {
        state.withLock { state in
            // Also one for which there is not quite room: it may be larger than all the room.
            if state.outstanding < Self.capacity {
                state.outstanding += weight
                return .admitted
            }
            return state.isClosed ? .closed : .full(self)
        }
    }

    /// Counts an event of a sender that must not wait.
    func enterWithoutRoom(weight: Int) {
        state.withLock { $0.outstanding += weight }
    }

    /// Calls `resume` once when there may be room, or the gate was closed; perhaps before it returns.
    func wait(_ resume: @escaping @Sendable () -> Void) {
        let runsNow = state.withLock { state in
            guard !state.isClosed, state.outstanding >= Self.capacity else { return true }
            state.waiters.append(resume)
            return false
        }
        if runsNow { resume() }
    }

    /// An event has been handled.
    func leave(weight: Int) {
        let next = state.withLock { state in
            state.outstanding -= weight
            let next = state.waiters.prefix(weight)
            state.waiters.removeFirst(next.count)
            return next
        }
        for resume in next { resume() }
    }

    /// Lets nobody wait any more of a body, and of those before it.
    func close(attempt: Int = .max) {
        let waiters = state.withLock { state in
            state.closedAttempt = max(state.closedAttempt, attempt)
            guard state.isClosed else { return Deque<@Sendable () -> Void>() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for resume in waiters { resume() }
    }

    /// Another body begins, which was not asked to end.
    func begin(attempt: Int) {
        state.withLock { $0.attempt = attempt }
    }
}
