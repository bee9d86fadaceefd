import GLibMainLoop

/// A function on its way to the main thread: it runs once or never, and whoever waits hears of it once.
final class MainCall<Value: Sendable>: Sendable {
    typealias Body = @MainActor @Sendable () throws -> Value
    typealias Outcome = Result<Value, any Error>

    private enum State {
        case waiting(Body)
        case running
        case over(Outcome)
    }

    private let state: Lock<(state: State, waiter: (@Sendable (Outcome) -> Void)?)>

    init(_ body: @escaping Body) {
        state = Lock((.waiting(body), nil))
    }

    /// Runs the function, unless it was cancelled.
    @MainActor
    func run() {
        guard let body = takeBody() else { return }
        let outcome = Result { try body() }
        end(outcome)
    }

    /// Sees to it that the function never runs; too late when it has begun.
    func cancel() {
        settle(.failure(CancellationError()))
    }

    /// Ends the call with an outcome that the function has no part in; too late when it has begun.
    func settle(_ outcome: Outcome) {
        if takeBody() != nil { end(outcome) }
    }

    private func takeBody() -> Body? {
        state.withLock { state in
            guard case .waiting(let body) = state.state else { return nil }
            state.state = .running
            return body
        }
    }

    /// Calls `waiter` once with the outcome; perhaps before it returns.
    func whenOver(_ waiter: @escaping @Sendable (Outcome) -> Void) {
        let outcome = state.withLock { state -> Outcome? in
            if case .over(let outcome) = state.state { return outcome }
            state.waiter = waiter
            return nil
        }
        if let outcome { waiter(outcome) }
    }

    /// What came of it, if it is over.
    var outcome: Outcome? {
        state.withLock { if case .over(let outcome) = $0.state { outcome } else { nil } }
    }

    private func end(_ outcome: Outcome) {
        let waiter = state.withLock { state in
            state.state = .over(outcome)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?(outcome)
    }
}
