import GLibMainLoop
import Synchronization

/// The buffer that a hub and its subscriber share; it outlives the hub, so that what is left can be taken.
final class EventMailbox<Element: Sendable>: Sendable {
    private let buffer: CrowdedLock<EventBuffer<Element>>
    private let isIncluded: (@Sendable (Element) -> Bool)?

    /// - Parameter isIncluded: Which elements are taken; called under the hub's lock. nil: all.
    init(_ buffering: TaskEvents.Buffering, where isIncluded: (@Sendable (Element) -> Bool)? = nil) {
        buffer = CrowdedLock(EventBuffer(buffering))
        self.isIncluded = isIncluded
    }

    var droppedCount: Int {
        buffer.withLock(\.droppedCount)
    }

    /// How many tasks wait in ``next(isolation:)``.
    var waiterCount: Int {
        buffer.withLock(\.waiterCount)
    }

    func append(_ element: Element, _ actions: inout EventBuffer<Element>.Actions) {
        guard isIncluded?(element) ?? true else { return }
        buffer.withLock { $0.append(element, &actions) }
    }

    func finish() {
        buffer.withLock { $0.finish() }.perform()
    }

    /// Waits for the next element; nil when none will come or the calling task is cancelled.
    func next(isolation actor: isolated (any Actor)?) async -> Element? {
        guard !Task.isCancelled else { return nil }
        // A consumer that is behind needs neither continuation nor handler.
        switch buffer.withLock({ $0.next() }) {
        case .element(let element): return element
        case .finished: return nil
        case .empty: break
        }
        let ticket = EventTicket.next()
        return await withTaskCancellationHandler {
            await withCheckedContinuation(isolation: actor) { waiter in
                switch buffer.withLock({ $0.add(ticket, waiter) }) {
                case .element(let element): waiter.resume(returning: element)
                case .finished: waiter.resume(returning: nil)
                // The handler may have run before the waiter was in the buffer.
                case .empty: if Task.isCancelled { remove(ticket) }
                }
            }
        } onCancel: {
            remove(ticket)
        }
    }

    private func remove(_ ticket: UInt64) {
        buffer.withLock { $0.remove(ticket) }?.resume(returning: nil)
    }
}

/// Names those that wait; apart, because a generic class has no stored static properties.
private enum EventTicket {
    private static let last = Atomic<UInt64>(0)

    static func next() -> UInt64 {
        last.wrappingAdd(1, ordering: .relaxed).newValue
    }
}

/// A subscriber's hold on its mailbox: letting go of it unsubscribes.
///
/// The hub holds the mailbox and not this: a weak reference from there would be followed under the hub's lock, and might find
/// itself the last one there.
final class EventSubscription<Element: Sendable>: Sendable {
    private let mailbox: EventMailbox<Element>
    /// Weak, so that an iteration that goes on for ever does not keep the manager.
    private weak let hub: EventHub<Element>?

    init(_ mailbox: EventMailbox<Element>, hub: EventHub<Element>) {
        self.mailbox = mailbox
        self.hub = hub
    }

    deinit {
        hub?.unsubscribe(mailbox)
    }

    var droppedCount: Int {
        mailbox.droppedCount
    }

    var waiterCount: Int {
        mailbox.waiterCount
    }

    func next(isolation actor: isolated (any Actor)?) async -> Element? {
        await mailbox.next(isolation: actor)
    }
}
