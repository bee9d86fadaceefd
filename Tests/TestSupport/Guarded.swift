import GLibMainLoop

/// A ``Lock`` that several owners share, as tests' closures do.
package final class Guarded<State: Sendable>: Sendable {
    private let lock: Lock<State>

    package init(_ state: State) {
        lock = Lock(state)
    }

    package func withLock<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        lock.withLock { body(&$0) }
    }
}
