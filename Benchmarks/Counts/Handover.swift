import Glibc

/// Where a body stands still until the main thread lets it go on, and the main thread until a body has come there.
final class Handover: Sendable {
    private let arrival = Channel()
    private let departure = Channel()

    /// Stands still; for a body.
    func stop() {
        arrival.signal()
        departure.wait()
    }

    /// Waits, without dispatching, until a body has come to ``stop()``.
    @MainActor
    func awaitStop() {
        arrival.wait()
    }

    /// Lets the body go on.
    @MainActor
    func goOn() {
        departure.signal()
    }

    /// A pipe: one system call to signal and one to wait, where those of a semaphore depend on who comes first.
    private final class Channel: Sendable {
        private let input: Int32
        private let output: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            precondition(pipe(&ends) == 0, "There is no pipe.")
            (input, output) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }

        deinit {
            close(input)
            close(output)
        }

        func signal() {
            var byte: UInt8 = 1
            precondition(write(output, &byte, 1) == 1)
        }

        func wait() {
            var byte: UInt8 = 0
            precondition(read(input, &byte, 1) == 1)
        }
    }
}
