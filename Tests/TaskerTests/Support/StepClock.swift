import GLibMainLoop

/// The clock of budgets and intervals, which goes on only when it is told to, and by a step at each look.
final class StepClock: Sendable {
    private struct State {
        var now = ContinuousClock.now
        var step: Duration
        var looks = 0
    }

    private let state: Lock<State>

    init(step: Duration = .zero) {
        state = Lock(State(step: step))
    }

    /// How often somebody has looked.
    var looks: Int {
        state.withLock { $0.looks }
    }

    func advance(by duration: Duration) {
        state.withLock { $0.now += duration }
    }

    func now() -> ContinuousClock.Instant {
        state.withLock { state in
            state.looks += 1
            state.now += state.step
            return state.now
        }
    }
}
