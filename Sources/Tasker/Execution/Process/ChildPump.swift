import Glibc

/// Reads what a child writes and writes what it is to read, on one thread, until the child has ended.
///
/// One thread a child: a handler that blocks (because the main thread is behind with events) stops this child's stream
/// and no other, and the pipe then stops the child. Rejected: a shared poll loop, where one would stop all.
final class ChildPump: @unchecked Sendable {
    // `@unchecked`: handlers and buffers are used by the thread inside `run` only, after they were set up by the one that
    // created the pump.

    struct Reader {
        let descriptor: Int32
        let onBytes: (UnsafeRawBufferPointer) -> Void
        let onEnd: () -> Void
    }

    private var readers: [Reader]
    private let outbox: Outbox?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    /// How much is still read of each stream after the child has ended; more can only come from what it left behind.
    private static let rest = 1 << 20

    /// Makes a pump that owns its readers' descriptors.
    init(_ readers: [Reader], outbox: Outbox? = nil) {
        self.readers = readers
        self.outbox = outbox
        for reader in readers { DescriptorIO.setNonBlocking(reader.descriptor) }
    }

    deinit {
        buffer.deallocate()
    }

    /// Serves the child until `exit`, its pidfd, says that it has ended; then reads the rest.
    ///
    /// - Returns: Whether the child has ended; if not, the system cannot serve it.
    func run(exit: Int32) -> Bool {
        while true {
            var polled = readers.map { reader in
                pollfd(descriptor: reader.descriptor, events: POLLIN)
            }
            if let outbox {
                for index in readers.indices where readers[index].descriptor == outbox.descriptor && outbox.hasBytes {
                    polled[index].events |= Int16(POLLOUT)
                }
                polled.append(pollfd(descriptor: outbox.wake, events: POLLIN))
            }
            polled.append(pollfd(descriptor: exit, events: POLLIN))
            guard poll(&polled, nfds_t(polled.count), -1) >= 0 || errno == EINTR else { return false }
            if polled[polled.count - 1].revents != 0 { break }
            outbox?.clearWake()
            outbox?.write()
            var ended: [Int] = []
            for index in readers.indices where polled[index].revents & ~Int16(POLLOUT) != 0 {
                if !read(readers[index]) { ended.append(index) }
            }
            for index in ended.reversed() {
                let reader = readers.remove(at: index)
                reader.onEnd()
            }
        }
        for reader in readers {
            for _ in 0..<(Self.rest / buffer.count) where !read(reader, untilEmpty: true) { break }
            reader.onEnd()
        }
        readers = []
        return true
    }

    /// Reads once.
    ///
    /// - Returns: Whether there may be more, now or later.
    private func read(_ reader: Reader, untilEmpty: Bool = false) -> Bool {
        switch DescriptorIO.read(reader.descriptor, into: buffer) {
        case .bytes(let count):
            reader.onBytes(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return true
        case .nothingNow: return !untilEmpty
        case .end: return false
        }
    }
}

extension pollfd {
    fileprivate init(descriptor: Int32, events: Int32) {
        self.init(fd: descriptor, events: Int16(events), revents: 0)
    }
}
