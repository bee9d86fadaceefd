import Dispatch

/// Keeps work from going on until the example lets it.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// For the body of a thread.
    func pass() {
        semaphore.wait()
    }

    func open(for count: Int = 1) {
        for _ in 0..<count { semaphore.signal() }
    }
}
