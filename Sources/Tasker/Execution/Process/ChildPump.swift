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
        /// Called before `onEnd` when the child had not read all that a socket had for it.
        var onReset: () -> Void = {}
        /// Called before `onBytes` with the descriptors that came with the bytes; nil: it is no socket.
        var onDescriptors: ((_ descriptors: [Int32], _ isTruncated: Bool) -> Void)?
    }

    private var readers: [Reader]
    private var outbox: Outbox?
    private let input: ChildInput?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    /// How much is still read of each stream after the child has ended; more can only come from what it left behind.
    private static let rest = 1 << 20
    /// As how many bytes a read counts at least: what a socket holds in the smallest pieces is 4000 of these.
    private static let leastCost = 256

    /// Makes a pump that owns its readers' descriptors.
    init(_ readers: [Reader], outbox: Outbox? = nil, input: ChildInput? = nil) {
        self.readers = readers
        self.outbox = outbox
        self.input = input
        for reader in readers { DescriptorIO.setNonBlocking(reader.descriptor) }
    }

    deinit {
        buffer.deallocate()
    }

    /// Serves the child until `exit`, its pidfd, says that it has ended; then reads the rest.
    ///
    /// - Returns: Whether the child has ended; if not, the system cannot serve it.
    func run(exit: Int32) -> Bool {
        // Not when this is released: swift-subprocess keeps it until it has reaped the child, which may be after the child's end was
        // told, and the socket would be open until then.
        defer { (readers, outbox) = ([], nil) }
        var isBehind = false
        while true {
            var polled = readers.map { reader in
                pollfd(descriptor: reader.descriptor, events: POLLIN)
            }
            if let outbox {
                for index in readers.indices where readers[index].descriptor == outbox.descriptor && isBehind {
                    polled[index].events |= Int16(POLLOUT)
                }
                polled.append(pollfd(descriptor: outbox.wake, events: POLLIN))
            }
            // A negative one is not looked at.
            polled.append(pollfd(descriptor: input?.descriptor ?? -1, events: POLLOUT))
            polled.append(pollfd(descriptor: exit, events: POLLIN))
            guard poll(&polled, nfds_t(polled.count), -1) >= 0 || errno == EINTR else { return false }
            if polled[polled.count - 1].revents != 0 { break }
            if let outbox {
                let isWoken = polled[polled.count - 3].revents != 0
                if isWoken { outbox.clearWake() }
                if isWoken || isBehind { isBehind = outbox.write() }
            }
            if polled[polled.count - 2].revents != 0 { input?.write() }
            var ended: [Int] = []
            for index in readers.indices where polled[index].revents & ~Int16(POLLOUT) != 0 {
                if read(readers[index]) == nil { ended.append(index) }
            }
            for index in ended.reversed() {
                let reader = readers.remove(at: index)
                reader.onEnd()
            }
        }
        input?.finish()
        for reader in readers {
            // By the bytes: what comes with descriptors is read message by message.
            var rest = Self.rest
            while rest > 0, let count = read(reader, untilEmpty: true) { rest -= max(count, Self.leastCost) }
            reader.onEnd()
        }
        return true
    }

    /// Reads once.
    ///
    /// - Returns: How many bytes there were; nil when there will be no more, or none now and that is asked for.
    private func read(_ reader: Reader, untilEmpty: Bool = false) -> Int? {
        let result =
            if let onDescriptors = reader.onDescriptors {
                DescriptorIO.receive(reader.descriptor, into: buffer, onDescriptors)
            } else {
                DescriptorIO.read(reader.descriptor, into: buffer)
            }
        switch result {
        case .bytes(let count):
            reader.onBytes(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return count
        case .nothingNow: return untilEmpty ? nil : 0
        case .end: return nil
        case .reset:
            reader.onReset()
            return nil
        }
    }
}

extension pollfd {
    fileprivate init(descriptor: Int32, events: Int32) {
        self.init(fd: descriptor, events: Int16(events), revents: 0)
    }
}
