import GLibMainLoop

/// What happened, in order, written from any thread; each entry wakes the main loop.
final class Journal<Element: Sendable>: Sendable {
    private let state = Lock<[Element]>([])

    var values: [Element] {
        state.withLock { $0 }
    }

    var count: Int {
        state.withLock { $0.count }
    }

    func append(_ element: Element) {
        state.withLock { $0.append(element) }
        MainContext.default.wakeUp()
    }
}
