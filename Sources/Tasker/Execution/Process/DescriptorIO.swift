import CTaskerGLib
import Glibc

/// System calls on descriptors, repeated when a signal interrupts them.
enum DescriptorIO {
    /// Makes a pipe whose ends no other child inherits.
    static func pipe() throws(TaskerError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard g_unix_open_pipe(&ends, FD_CLOEXEC, nil) != 0 else { throw failure("a pipe") }
        return (ends[0], ends[1])
    }

    /// Makes a pair of connected sockets that no other child inherits.
    static func socketPair() throws(TaskerError) -> (ours: Int32, theirs: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw failure("a socket pair") }
        return (ends[0], ends[1])
    }

    /// Opens a file for a child, without waiting for whoever has the other end if it is a named pipe.
    ///
    /// - Returns: A descriptor that blocks, as programs expect, and that no other child inherits; nil: `errno` says why not.
    static func open(_ path: String, _ flags: Int32) -> Int32? {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o666)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        return descriptor
    }

    static func setNonBlocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    enum ReadResult {
        case bytes(Int)
        case nothingNow
        case end
        /// The end of a socket whose other end had not read all when it went.
        case reset
    }

    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .nothingNow : .end
        }
    }

    /// Reads from a socket, or from what is none.
    ///
    /// - Parameter takesDescriptors: Called with the descriptors that came with the bytes, if any did, and whether others were lost.
    static func receive(
        _ socket: Int32,
        into buffer: UnsafeMutableRawBufferPointer,
        _ takesDescriptors: (_ descriptors: [Int32], _ isTruncated: Bool) -> Void
    ) -> ReadResult {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: Int(tasker_descriptor_limit)) { descriptors in
            while true {
                var (descriptorCount, isTruncated) = (0, gboolean(0))
                let count = tasker_receive(
                    socket,
                    buffer.baseAddress,
                    buffer.count,
                    descriptors.baseAddress,
                    &descriptorCount,
                    &isTruncated
                )
                if descriptorCount > 0 || isTruncated != 0 {
                    takesDescriptors(Array(descriptors[..<descriptorCount]), isTruncated != 0)
                }
                if count > 0 { return .bytes(count) }
                if count == 0 { return .end }
                switch errno {
                case EINTR: continue
                case EAGAIN: return .nothingNow
                case ENOTSOCK: return read(socket, into: buffer)
                case ECONNRESET: return .reset
                default: return .end
                }
            }
        }
    }

    /// Writes what fits into a socket now.
    ///
    /// - Parameter descriptors: Given to the other end with the first byte.
    /// - Returns: How many bytes that were, 0 also when the system is short of memory; nil when the other end is gone.
    static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer, passing descriptors: [Int32] = []) -> Int? {
        while true {
            // No SIGPIPE: the other end may go at any time, and that is an answer, not a reason to die.
            let count = tasker_send(socket, bytes.baseAddress, bytes.count, descriptors, descriptors.count)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            // The last: as many descriptors are on their way as a user may have open.
            case EAGAIN, ENOBUFS, ENOMEM, ETOOMANYREFS: return 0
            default: return nil
            }
        }
    }

    /// Writes into a socket, or into what is none.
    ///
    /// - Returns: As ``send(_:_:)``.
    static func sendOrWrite(
        _ descriptor: Int32,
        _ bytes: UnsafeRawBufferPointer,
        passing descriptors: [Int32] = []
    ) -> Int? {
        if let count = send(descriptor, bytes, passing: descriptors) { return count }
        return errno == ENOTSOCK ? write(descriptor, bytes) : nil
    }

    /// Writes what fits into a pipe that does not block now.
    ///
    /// - Returns: How many bytes that were; nil when nobody reads any more.
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int? {
        while true {
            let (count, number) = withoutBrokenPipeSignal {
                (Glibc.write(descriptor, bytes.baseAddress, bytes.count), errno)
            }
            if count >= 0 { return count }
            switch number {
            case EINTR: continue
            case EAGAIN: return 0
            default: return nil
            }
        }
    }

    /// Writes what can be written without waiting, and drops the rest.
    static func writeIfThereIsRoom(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) {
        // A pipe that polls as writable takes PIPE_BUF bytes.
        let piece = 4096
        for start in stride(from: 0, to: bytes.count, by: piece) {
            var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&polled, 1, 0) == 1, polled.revents & Int16(POLLOUT) != 0 else { return }
            let slice = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)])
            guard withoutBrokenPipeSignal({ Glibc.write(descriptor, slice.baseAddress, slice.count) }) >= 0 else {
                return
            }
        }
    }

    /// Runs `body` on a thread that gets no SIGPIPE, so that writing to a closed standard error does not end the application.
    ///
    /// Only for the time of `body`: what the thread starts later, a child too, would inherit it.
    private static func withoutBrokenPipeSignal<Result>(_ body: () -> Result) -> Result {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        let result = body()
        // One that came meanwhile would be delivered when it is unblocked.
        var noTime = timespec()
        while sigtimedwait(&signals, nil, &noTime) == SIGPIPE {}
        pthread_sigmask(SIG_SETMASK, &before, nil)
        return result
    }

    /// Makes sure that the system would give some more descriptors.
    ///
    /// What swift-subprocess and libdispatch set up once (epoll, timers) stays broken for ever if there was none at that moment,
    /// and a child for which there is no pidfd is lost; so no child is started on the last ones.
    static func requireSpare(_ count: Int) throws(TaskerError) {
        var spare: [Int32] = []
        defer { for descriptor in spare { close(descriptor) } }
        while spare.count < count {
            let descriptor = spare.first.map { fcntl($0, F_DUPFD_CLOEXEC, 0) } ?? tasker_eventfd()
            guard descriptor >= 0 else { throw failure("a child process") }
            spare.append(descriptor)
        }
    }

    static func failure(_ what: String) -> TaskerError {
        TaskerError(.spawnFailed, "The system gave no descriptors for \(what): \(String(cString: strerror(errno))).")
    }
}
