import Dispatch
import Glibc
import Synchronization

/// Writes text to a descriptor from a thread of its own.
///
/// The main loop never waits for a slow reader. When the reader has gone, the text goes nowhere and the work goes on.
final class OutputStream: Sendable {
    static let standardOutput = OutputStream(STDOUT_FILENO)
    static let standardError = OutputStream(STDERR_FILENO)

    private let descriptor: Int32
    private let queue = DispatchQueue(label: "output")
    private let isClosed = Atomic(false)

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        // Otherwise the first write after the reader has gone ends the process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Returns at once.
    func write(_ text: String) {
        queue.async { self.writeNow(Array(text.utf8)) }
    }

    /// Waits until everything is written.
    func flush() {
        queue.sync {}
    }

    private func writeNow(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty, !isClosed.load(ordering: .relaxed) {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&poller, 1, -1)
                continue
            }
            guard count > 0 else { return isClosed.store(true, ordering: .relaxed) }
            rest = rest.dropFirst(count)
        }
    }
}
