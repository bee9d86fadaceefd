/// What happens to a manager's tasks from now on, as an `AsyncSequence` with a bounded buffer of its own.
///
/// ```swift
/// let events = taskManager.events(buffering: .newest(100))
/// for await event in events {
///     if case .failed(let error) = event.kind { print("\(event.task.name): \(error)") }
/// }
/// ```
///
/// Iterated from any actor or thread. It begins with the call that returned it, not with the iteration. Events of one task
/// come in order. When the consumer falls behind and the buffer is full, events are dropped and counted; nobody ever
/// waits for a consumer.
///
/// Cancelling the consuming task ends its iteration at once, also when events are left. Letting go of the sequence and of its
/// iterators ends the subscription. The sequence does not end when the manager is shut down, because that can be started
/// again, but when nobody holds the manager any more; after what is left in the buffer.
///
/// One value is one subscriber: iterators made from it share its buffer, and each event goes to one of them.
public struct TaskEvents: AsyncSequence, Sendable {
    /// What a subscriber that falls behind loses.
    public struct Buffering: Hashable, Sendable {
        let limit: Int
        let keepsNewest: Bool

        /// Keeps the newest `count` events and drops the oldest ones.
        ///
        /// - Parameter count: At least 1; zero and below count as 1.
        public static func newest(_ count: Int) -> Buffering {
            Buffering(limit: Swift.max(1, count), keepsNewest: true)
        }

        /// Keeps the oldest `count` events that were not taken and drops those that come after.
        ///
        /// - Parameter count: At least 1; zero and below count as 1.
        public static func oldest(_ count: Int) -> Buffering {
            Buffering(limit: Swift.max(1, count), keepsNewest: false)
        }
    }

    private let subscription: EventSubscription<TaskEvent>

    init(_ subscription: EventSubscription<TaskEvent>) {
        self.subscription = subscription
    }

    /// How many events this subscriber has lost since it began.
    ///
    /// Any thread. An event that follows on lost ones is handed out when they have been counted.
    public var droppedCount: Int {
        subscription.droppedCount
    }

    /// Makes an iterator that shares this subscriber's buffer.
    public func makeAsyncIterator() -> Iterator {
        Iterator(subscription: subscription)
    }

    /// The iterator of ``TaskEvents``.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        /// Nil when the iteration has ended: an iterator that is kept does not keep the subscription.
        fileprivate var subscription: EventSubscription<TaskEvent>?

        /// Waits for the next event, on the caller's actor.
        ///
        /// - Returns: Nil when the manager is gone or the calling task is cancelled, and for ever after.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> TaskEvent? {
            let event = await subscription?.next(isolation: actor)
            if event == nil { subscription = nil }
            return event
        }
    }
}
