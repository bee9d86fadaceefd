import GLibMainLoop

/// What happened, in order, written from any thread; the test's thread can wait for it.
final class Log<Element: Sendable>: Sendable {
    private let state = Lock<[Element]>([])
    private let bell = MainContext()

    var values: [Element] {
        state.withLock { $0 }
    }

    var count: Int {
        state.withLock { $0.count }
    }

    func append(_ element: Element) {
        state.withLock { $0.append(element) }
        bell.wakeUp()
    }

    /// Blocks the calling thread, of which there is one at a time, until `count` elements are there.
    func wait(forCount count: Int) {
        while self.count < count {
            bell.iterate(mayBlock: true)
        }
    }
}
