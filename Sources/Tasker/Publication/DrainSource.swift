import GLibMainLoop

/// Calls a publisher on the main thread when it has something to publish.
final class DrainSource: Sendable {
    /// Has the publisher from the request until the call, because nobody else may have it any more.
    private final class Target: Sendable {
        private let publisher = Lock<Publisher?>(nil)

        func set(_ publisher: Publisher) {
            self.publisher.withLock { $0 = publisher }
        }

        func call() {
            publisher.withLock { $0.take() }?.drainNow()
        }
    }

    private let target = Target()
    private let idle: ManualSource
    private let fallback: ManualSource

    /// - Parameter patience: How long redraws go first.
    init(patience: Duration) {
        idle = ManualSource(context: .default, priority: .belowRedraw) { [target] in target.call() }
        // Where a frame takes longer than its share (GTK drawing in software), a redraw is always due and nothing below it
        // ever runs: seen with a pulsing progress bar, which asks for every frame and whose end was never published. So
        // after a few frames publication goes before them, once.
        fallback = ManualSource(context: .default, priority: .default, patience: patience) { [target] in target.call() }
    }

    /// Lets the publisher be called; any thread, but not under a lock, for it may take a system call.
    func request(_ publisher: Publisher) {
        target.set(publisher)
        // Last what comes first: the drain takes back what was signalled before it.
        fallback.signal()
        idle.signal()
        if !MainContext.default.isOwner { MainContext.default.wakeUp() }
    }

    /// The call has come; the main thread.
    func clear() {
        idle.clear()
        fallback.clear()
    }
}
