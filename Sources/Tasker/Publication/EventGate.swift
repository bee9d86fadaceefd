import DequeModule
import GLibMainLoop

/// Room for the events of one task that the main thread has not handled yet.
///
/// When the room is used up the sender waits and the main thread never does; a cancelled task's senders leave at once.
final class EventGate: Sendable {
    /// How many events may wait for the main thread.
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
        var isClosed = false
        var waiters: Deque<@Sendable () -> Void> = []
    }

    private let state = Lock(State())

    func enter() -> Admission {
        state.withLock { state in
            if state.outstanding < Self.capacity {
                state.outstanding += 1
                return .admitted
            }
            return state.isClosed ? .closed : .full(self)
        }
    }

    /// Counts an event of a sender that must not wait.
    func enterWithoutRoom() {
        state.withLock { $0.outstanding += 1 }
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
    func leave() {
        let next = state.withLock { state in
            state.outstanding -= 1
            return state.waiters.popFirst()
        }
        next?()
    }

    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for resume in waiters { resume() }
    }
}
