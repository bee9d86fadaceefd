import CTaskerGLib
import DequeModule
import GLibMainLoop
import Glibc

/// The application's end of the connection to a worker, and the bytes on their way there: put in by any thread without waiting; what
/// the socket does not take at once is written by the pump when there is room.
final class Outbox: Sendable {
    /// The socket; open as long as this lives, so that nobody writes into what has got its number since.
    let descriptor: Int32
    /// An eventfd that makes the pump look again.
    let wake: Int32

    private struct Chunk {
        var bytes: ArraySlice<UInt8>
        /// Given away with the first byte.
        var buffers: [SharedMemory]
    }

    private struct State {
        var chunks: Deque<Chunk> = []
        /// How many bytes have been put in.
        var end = 0
        /// How many of them the socket has taken, all of them in their order.
        var sent = 0
        /// Whether nothing more is taken in, and the other end is to see end-of-file behind the last chunk.
        var isFinished = false
        var isClosed = false
    }

    private let state = Lock(State())

    /// Takes a socket over.
    ///
    /// - Throws: ``TaskerError/Code/spawnFailed`` when the system gives no descriptor; the socket is closed then, too.
    init(adopting descriptor: Int32) throws(TaskerError) {
        let wake = tasker_eventfd()
        guard wake >= 0 else {
            let failure = DescriptorIO.failure("an event")
            close(descriptor)
            throw failure
        }
        (self.descriptor, self.wake) = (descriptor, wake)
        DescriptorIO.setNonBlocking(descriptor)
    }

    deinit {
        close(wake)
        close(descriptor)
    }

    /// How many bytes the socket has taken.
    var sentCount: Int {
        state.withLock(\.sent)
    }

    /// About how many bytes the other end has still to read, 0 for none.
    var unreadCount: Int {
        // What the system says is more: the memory that they take.
        var held: Int32 = 0
        _ = ioctl(descriptor, UInt(TIOCOUTQ), &held)
        return Int(held) + state.withLock { $0.end - $0.sent }
    }

    /// - Returns: How many bytes have been put in by now, these included.
    @discardableResult
    func put(_ bytes: [UInt8], passing buffers: [SharedMemory] = []) -> Int {
        let (end, needsPump) = state.withLock { state in
            state.end += bytes.count
            guard !state.isFinished else { return (state.end, false) }
            // By the caller's thread if it can be: to wake the pump for it costs more than the writing. Under the lock, which keeps
            // what several threads put in order; it does not block.
            let isFirst = state.chunks.isEmpty
            state.chunks.append(Chunk(bytes: bytes[...], buffers: buffers))
            if isFirst { send(&state) }
            return (state.end, !state.chunks.isEmpty || state.isFinished)
        }
        if needsPump { eventfd_write(wake, 1) }
        return end
    }

    /// Sends what fits.
    private func send(_ state: inout State) {
        while let chunk = state.chunks.popFirst() {
            // It may be the last to have them.
            defer { withExtendedLifetime(chunk.buffers) {} }
            let count = chunk.bytes.withUnsafeBytes {
                DescriptorIO.send(descriptor, $0, passing: chunk.buffers.map(\.descriptor))
            }
            guard let count else {
                // The other end is gone, which is told through the reader. If it is not, it lacks something now, and had better go.
                state.chunks = []
                state.isFinished = true
                return
            }
            state.sent += count
            guard count < chunk.bytes.count else { continue }
            state.chunks.prepend(Chunk(bytes: chunk.bytes.dropFirst(count), buffers: count > 0 ? [] : chunk.buffers))
            return
        }
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
    ///
    /// - Returns: Whether there is a rest.
    @discardableResult
    func write() -> Bool {
        let (hasRest, closes) = state.withLock { state in
            send(&state)
            guard state.chunks.isEmpty else { return (true, false) }
            defer { state.isClosed = state.isFinished }
            return (false, state.isFinished && !state.isClosed)
        }
        if closes { shutdown(descriptor, Int32(SHUT_WR)) }
        return hasRest
    }
}
