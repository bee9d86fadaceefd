import CTaskerGLib
import DequeModule
import GLibMainLoop
import Glibc

/// Bytes on their way to a worker: put in by any thread without waiting, written by the pump when there is room.
final class Outbox: Sendable {
    /// The socket.
    let descriptor: Int32
    /// An eventfd that makes the pump look again.
    let wake: Int32

    private struct State {
        var chunks: Deque<ArraySlice<UInt8>> = []
        /// Whether the other end is to see end-of-file behind the last chunk.
        var isFinished = false
        var isClosed = false
    }

    private let state = Lock(State())

    /// Makes an outbox over a socket that somebody else owns.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        wake = tasker_eventfd()
    }

    deinit {
        close(wake)
    }

    var hasBytes: Bool {
        state.withLock { !$0.chunks.isEmpty }
    }

    func put(_ bytes: [UInt8]) {
        state.withLock { state in
            if !state.isFinished { state.chunks.append(bytes[...]) }
        }
        eventfd_write(wake, 1)
    }

    /// Lets the other end see end-of-file after what was put in so far.
    func finish() {
        state.withLock { $0.isFinished = true }
        eventfd_write(wake, 1)
    }

    func clearWake() {
        var count: eventfd_t = 0
        eventfd_read(wake, &count)
    }

    /// Writes what fits; the pump's thread only.
    func write() {
        while let chunk = state.withLock({ $0.chunks.first }) {
            let sent = chunk.withUnsafeBytes { DescriptorIO.send(descriptor, $0) }
            guard let sent else {
                // The other end is gone; its end is told through the reader.
                state.withLock { $0.chunks = [] }
                return
            }
            state.withLock { state in
                if sent == chunk.count { state.chunks.removeFirst() } else { state.chunks[0] = chunk.dropFirst(sent) }
            }
            if sent < chunk.count { return }
        }
        let closes = state.withLock { state in
            defer { state.isClosed = state.isFinished }
            return state.isFinished && !state.isClosed
        }
        if closes { shutdown(descriptor, Int32(SHUT_WR)) }
    }
}
