import Synchronization

/// Continuations that wait for one moment, each of which can leave early.
///
/// Belongs inside a lock; what it returns is resumed outside.
struct WaiterList {
    typealias Ticket = UInt64
    typealias Waiter = CheckedContinuation<Bool, Never>

    private var waiters: [Ticket: Waiter] = [:]

    private static let lastTicket = Atomic<Ticket>(0)

    var isEmpty: Bool {
        waiters.isEmpty
    }

    mutating func add(_ ticket: Ticket, _ waiter: Waiter) {
        waiters[ticket] = waiter
    }

    mutating func remove(_ ticket: Ticket) -> Waiter? {
        waiters.removeValue(forKey: ticket)
    }

    mutating func removeAll() -> [Resumption] {
        defer { waiters = [:] }
        return waiters.values.map(Resumption.init)
    }

    struct Resumption: Sendable {
        let waiter: Waiter

        func resume() {
            waiter.resume(returning: true)
        }
    }

    /// Waits in a list that `add` and `remove` reach under its lock.
    ///
    /// - Parameters:
    ///   - add: Puts the waiter into the list, or answers false when there is nothing to wait for.
    ///   - remove: Takes the waiter out, if it is still there.
    /// - Throws: `CancellationError` when the calling task is cancelled first.
    static func wait(
        add: @Sendable (Ticket, Waiter) -> Bool,
        remove: @Sendable (Ticket) -> Waiter?
    ) async throws {
        let ticket = lastTicket.wrappingAdd(1, ordering: .relaxed).newValue
        let wasReached = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if !add(ticket, waiter) {
                    waiter.resume(returning: true)
                } else if Task.isCancelled {
                    // The handler may have run before the waiter was in the list.
                    remove(ticket)?.resume(returning: false)
                }
            }
        } onCancel: {
            remove(ticket)?.resume(returning: false)
        }
        if !wasReached { throw CancellationError() }
    }
}
