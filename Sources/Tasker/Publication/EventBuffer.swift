import DequeModule

/// What one subscriber has not taken yet, and who of it waits for more.
///
/// Pure, and generic so that its tests need no tasks. Belongs inside a lock; the ``Actions`` that it returns are done outside.
struct EventBuffer<Element: Sendable> {
    typealias Ticket = UInt64
    typealias Waiter = CheckedContinuation<Element?, Never>

    /// What is left to do when no lock is held.
    struct Actions {
        /// Who is to be resumed, with what.
        var resumptions: [(waiter: Waiter, element: Element?)] = []
        /// What was dropped: it may own the last reference to an application's object, whose end is other people's code.
        var released: [Element] = []

        var isEmpty: Bool {
            resumptions.isEmpty && released.isEmpty
        }

        func perform() {
            for (waiter, element) in resumptions { waiter.resume(returning: element) }
        }
    }

    enum Next {
        case element(Element)
        case finished
        /// There is nothing yet; come back with ``EventBuffer/add(_:_:)``.
        case empty
    }

    private let buffering: TaskEvents.Buffering
    private var elements: Deque<Element> = []
    /// More than one only if several tasks share one subscriber.
    private var waiters: Deque<(ticket: Ticket, waiter: Waiter)> = []
    private var isFinished = false
    private(set) var droppedCount = 0
    /// The length of the longest queue since the room was given back last.
    private var peak = 0

    /// A queue that stays this short keeps its room, so that a subscriber which keeps up allocates nothing.
    private static var keptCapacity: Int { 32 }

    init(_ buffering: TaskEvents.Buffering) {
        self.buffering = buffering
    }

    var waiterCount: Int {
        waiters.count
    }

    /// Takes an element in: hands it to whoever waits, else keeps it, else drops one.
    mutating func append(_ element: Element, _ actions: inout Actions) {
        guard !isFinished else { return actions.released.append(element) }
        if let (_, waiter) = waiters.popFirst() {
            actions.resumptions.append((waiter, element))
        } else if elements.count < buffering.limit {
            elements.append(element)
            peak = max(peak, elements.count)
        } else {
            droppedCount += 1
            if buffering.keepsNewest, let oldest = elements.popFirst() {
                actions.released.append(oldest)
                elements.append(element)
            } else {
                actions.released.append(element)
            }
        }
    }

    /// Takes the oldest element out.
    mutating func next() -> Next {
        guard let element = elements.popFirst() else { return isFinished ? .finished : .empty }
        // An emptied deque keeps the room of its longest queue.
        if elements.isEmpty, peak > Self.keptCapacity { (elements, peak) = ([], 0) }
        return .element(element)
    }

    /// Waits for the next element, unless there is one or none will come.
    mutating func add(_ ticket: Ticket, _ waiter: Waiter) -> Next {
        let next = next()
        if case .empty = next { waiters.append((ticket, waiter)) }
        return next
    }

    /// Takes back a waiter whose task was cancelled, if it still waits.
    mutating func remove(_ ticket: Ticket) -> Waiter? {
        guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return waiters.remove(at: index).waiter
    }

    /// Takes nothing more in; what is here can still be taken out.
    mutating func finish() -> Actions {
        isFinished = true
        defer { waiters = [] }
        return Actions(resumptions: waiters.map { ($0.waiter, nil) })
    }
}
