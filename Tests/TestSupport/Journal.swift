package import GLibMainLoop

/// What happened, in order, written from any thread; each entry wakes a context: whoever dispatches it looks again.
package final class Journal<Element: Sendable>: Sendable {
    private let entries = Lock<[Element]>([])
    private let context: MainContext

    package init(waking context: MainContext = .default) {
        self.context = context
    }

    package var values: [Element] {
        entries.withLock { $0 }
    }

    package var count: Int {
        entries.withLock { $0.count }
    }

    package func append(_ element: Element) {
        entries.withLock { $0.append(element) }
        context.wakeUp()
    }

    /// Dispatches the context on the calling thread until `count` elements are there.
    package func wait(forCount count: Int) {
        context.iterate { self.count >= count }
    }
}
