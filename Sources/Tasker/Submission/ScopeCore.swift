import GLibMainLoop

/// What the records of a ``TaskScope``'s tasks carry of it; not the manager, which keeps its tasks.
final class ScopeCore: Sendable {
    let label: ScopeLabel
    /// The published view of its tasks.
    let view: TaskManager

    private struct State {
        var isClosed = false
        /// Tasks whose completion has not run.
        var unsettled = 0
        var waiters = WaiterList()
    }

    private let state = Lock(State())

    init(name: String, view: TaskManager) {
        label = ScopeLabel(name: name)
        self.view = view
    }

    var id: ScopeID { label.id }
    var name: String { label.name }

    /// Whether it takes no more tasks; set under the scheduler's lock, of which this one is a leaf.
    var isClosed: Bool {
        state.withLock(\.isClosed)
    }

    func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Counts a task in that is submitted.
    func open() {
        state.withLock { $0.unsettled += 1 }
    }

    /// Counts a task out whose completion has run.
    func settle() {
        let waiters = state.withLock { state in
            state.unsettled -= 1
            return state.unsettled == 0 ? state.waiters.removeAll() : []
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when every completion has run.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    func waitUntilIdle() async throws {
        try await WaiterList.wait(
            add: { ticket, waiter in
                state.withLock { state in
                    guard state.unsettled > 0 else { return false }
                    state.waiters.add(ticket, waiter)
                    return true
                }
            },
            remove: { ticket in state.withLock { $0.waiters.remove(ticket) } }
        )
    }
}
