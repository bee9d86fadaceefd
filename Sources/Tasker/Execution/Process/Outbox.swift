import CTaskerGLib
import DequeModule
import GLibMainLoop
import Glibc

/// The application's end of the connection to a worker, and the bytes on their way there: put in by any thread without waiting; what
/// the socket does not take at once is written by the pump when there is room.
///
/// One thread sends at a time, and not under the lock: sending wakes the worker, and whoever it wakes in turn would wait for
/// the lock.
final class Outbox: Sendable {
    /// The socket; open as long as this lives, so that nobody writes into what has got its number since.
    let descriptor: Int32
    /// An eventfd that makes the pump look again.
    let wake: Int32

    private struct Chunk {
        /// Never empty.
        var bytes: ArraySlice<UInt8>
        /// Given away with the first byte.
        var buffers: [SharedMemory]
    }

    /// What the thread that has asked is to do.
    private enum Step {
        case send(Chunk)
        case shutDown
        /// The socket takes no more now.
        case leaveToPump
        /// Nothing, or another thread does it.
        case nothing
    }

    private struct State {
        var chunks: Deque<Chunk> = []
        /// How many bytes have been put in.
        var end = 0
        /// How many of them the socket has taken, all of them in their order.
        var sent = 0
        /// How many more a thread is about to send, which sends what is put in meanwhile, too; 0: none does.
        var sending = 0
        /// Whether nothing more is taken in, and the other end is to see end-of-file behind the last chunk.
        var isFinished = false
        var isShutDown = false

        mutating func begin() -> Step {
            sending == 0 ? next() : .nothing
        }

        /// - Parameter count: How many bytes of the chunk the socket has taken; nil: the other end is gone.
        mutating func note(_ count: Int?, of chunk: Chunk) -> Step {
            guard let count else {
                // Which is told through the reader. If it is not gone, it lacks something now, and had better go.
                (chunks, isFinished) = ([], true)
                return next()
            }
            sent += count
            guard count < chunk.bytes.count else { return next() }
            sending = 0
            chunks.prepend(Chunk(bytes: chunk.bytes.dropFirst(count), buffers: count > 0 ? [] : chunk.buffers))
            return .leaveToPump
        }

        private mutating func next() -> Step {
            sending = 0
            if let chunk = chunks.popFirst() {
                sending = chunk.bytes.count
                return .send(chunk)
            }
            guard isFinished, !isShutDown else { return .nothing }
            isShutDown = true
            return .shutDown
        }
    }

    private let state = CrowdedLock(State())

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

    /// How many bytes the socket has taken, or may be taking right now.
    var sentCount: Int {
        state.withLock { $0.sent + $0.sending }
    }

    /// About how many bytes the other end has still to read, 0 for none.
    var unreadCount: Int {
        // What the system says is more: the memory that they take.
        var held: Int32 = 0
        _ = ioctl(descriptor, UInt(TIOCOUTQ), &held)
        return Int(held) + state.withLock { $0.end - $0.sent }
    }

    /// Puts bytes, one at least, behind the others; they are sent with the next ``flush()``.
    ///
    /// - Returns: How many bytes have been put in by now, these included.
    @discardableResult
    func append(_ bytes: [UInt8], passing buffers: [SharedMemory] = []) -> Int {
        precondition(!bytes.isEmpty, "No bytes were put into an outbox.")
        return state.withLock { state in
            state.end += bytes.count
            if !state.isFinished { state.chunks.append(Chunk(bytes: bytes[...], buffers: buffers)) }
            return state.end
        }
    }

    /// Sends what the socket takes now, and leaves the rest to the pump; to wake that for all of it costs more than the sending.
    func flush() {
        if write() { eventfd_write(wake, 1) }
    }

    /// Lets the other end see end-of-file after what was put in so far.
    func finish() {
        state.withLock { $0.isFinished = true }
        flush()
    }

    func clearWake() {
        var count: eventfd_t = 0
        eventfd_read(wake, &count)
    }

    /// Sends what the socket takes now, if no other thread does.
    ///
    /// - Returns: Whether there is a rest, which is to be sent when there is room.
    func write() -> Bool {
        var step = state.withLock { $0.begin() }
        while case .send(let chunk) = step {
            let count = chunk.bytes.withUnsafeBytes {
                DescriptorIO.send(descriptor, $0, passing: chunk.buffers.map(\.descriptor))
            }
            // Released behind the lock: this may be the last to have the buffers.
            step = withExtendedLifetime(chunk.buffers) { state.withLock { $0.note(count, of: chunk) } }
        }
        switch step {
        case .shutDown: shutdown(descriptor, Int32(SHUT_WR))
        case .leaveToPump: return true
        case .nothing, .send: break
        }
        return false
    }
}
