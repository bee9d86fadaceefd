import GLibMainLoop
import Synchronization

/// Hands what happens to tasks to every subscriber, each through a bounded buffer of its own.
///
/// Two steps, because events of one task are caused on several threads and must arrive in order: ``append(_:)`` under the lock
/// that decides the order, ``deliver()`` after it was released.
final class EventHub<Element: Sendable>: Sendable {
    // Why not `AsyncStream`: its `yield` resumes the consumer, which may run other people's executors, so it could not be
    // called under the scheduler's lock, and events would need a queue before the buffers, and somebody who empties it
    // however fast others fill it; that might be the main thread. It would also hand out up to a buffer's worth of events
    // after the consumer's task was cancelled, and hand out the event behind a gap before anybody has counted the gap.

    private struct State {
        var mailboxes: [ObjectIdentifier: EventMailbox<Element>] = [:]
        var pending = EventBuffer<Element>.Actions()
    }

    private let state = CrowdedLock(State())
    private let subscriberCount = Atomic(0)

    /// Whether anybody listens: an atomic read, so that nobody builds events for nobody.
    ///
    /// A subscriber sees everything that its own thread causes after it subscribed.
    var hasSubscribers: Bool {
        subscriberCount.load(ordering: .relaxed) > 0
    }

    /// Puts an event into every buffer; under the lock that decides the order of a task's events.
    ///
    /// Calls nobody, resumes nobody and releases nothing of the application's; the caller calls ``deliver()`` as soon as it
    /// has released its lock.
    func append(_ element: Element) {
        state.withLock { state in
            for mailbox in state.mailboxes.values { mailbox.append(element, &state.pending) }
        }
    }

    /// Wakes the subscribers that wait for what was appended; never under a lock.
    ///
    /// The events are in their buffers by then, in order, so it does not matter which thread gets here first; and there is
    /// no more to do than one waiter a subscriber and what was dropped since somebody was here.
    func deliver() {
        let pending = state.withLock { state in
            // Not when there is nothing: an empty value has arrays, too, and this runs with each step of a task.
            guard !state.pending.isEmpty else { return nil as EventBuffer<Element>.Actions? }
            defer { state.pending = EventBuffer.Actions() }
            return state.pending
        }
        pending?.perform()
    }

    func subscribe(
        buffering: TaskEvents.Buffering,
        where isIncluded: (@Sendable (Element) -> Bool)? = nil
    ) -> EventSubscription<Element> {
        let mailbox = EventMailbox<Element>(buffering, where: isIncluded)
        state.withLock { state in
            state.mailboxes[ObjectIdentifier(mailbox)] = mailbox
            subscriberCount.store(state.mailboxes.count, ordering: .relaxed)
        }
        return EventSubscription(mailbox, hub: self)
    }

    func unsubscribe(_ mailbox: EventMailbox<Element>) {
        state.withLock { state in
            state.mailboxes[ObjectIdentifier(mailbox)] = nil
            subscriberCount.store(state.mailboxes.count, ordering: .relaxed)
        }
    }

    deinit {
        let (pending, mailboxes) = state.withLock { ($0.pending, Array($0.mailboxes.values)) }
        pending.perform()
        for mailbox in mailboxes { mailbox.finish() }
    }
}
