import Dispatch

/// Holds threads until it is opened for them.
final class ThreadGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func pass() {
        semaphore.wait()
    }

    func open(for count: Int = 1) {
        for _ in 0..<count { semaphore.signal() }
    }
}
