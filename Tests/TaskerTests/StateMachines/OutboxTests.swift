import Dispatch
import Glibc
import TestSupport
import Testing

@testable import Tasker

/// What can be known of what the other end has read.
@Suite final class OutboxTests {
    private let theirs: Int32
    private let outbox: Outbox
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    init() throws {
        let ends = try DescriptorIO.socketPair()
        theirs = ends.theirs
        outbox = try Outbox(adopting: ends.ours)
    }

    deinit {
        buffer.deallocate()
    }

    private func put(_ bytes: [UInt8]) -> Int {
        defer { outbox.flush() }
        return outbox.append(bytes)
    }

    /// How what the other end has sent comes to its end, which it does when that is closed.
    private func end() -> String {
        while true {
            switch DescriptorIO.receive(outbox.descriptor, into: buffer, { _, _ in }) {
            case .bytes: continue
            case let end: return "\(end)"
            }
        }
    }

    private func read(_ count: Int) {
        var rest = count
        while rest > 0 { rest -= Glibc.read(theirs, buffer.baseAddress, min(rest, buffer.count)) }
    }

    @Test func whatWasReadIsNotUnread() {
        #expect(put([1, 2, 3]) == 3)
        #expect(put([4, 5]) == 5)
        #expect(outbox.sentCount == 5)
        #expect(outbox.unreadCount > 0)
        read(5)
        #expect(outbox.unreadCount == 0)
        close(theirs)
        #expect(end() == "end")
    }

    @Test(arguments: [0, 1, 2]) func theSystemTellsThatNotAllWasRead(count: Int) {
        #expect(put([1, 2, 3]) == 3)
        read(count)
        // Behind what it has said itself.
        #expect(write(theirs, [7], 1) == 1)
        close(theirs)
        #expect(end() == "reset")
        #expect(outbox.sentCount == 3)
    }

    @Test func whatComesAfterTheEndIsNotSent() {
        close(theirs)
        #expect(put([1, 2, 3]) == 3)
        #expect(put([4]) == 4)
        #expect(outbox.sentCount == 0)
        #expect(end() == "end")
    }

    @Test func whatTheSocketDoesNotTakeIsNotSentUntilThereIsRoom() {
        let size = 4 << 20
        #expect(put([UInt8](repeating: 1, count: size)) == size)
        let first = outbox.sentCount
        #expect(first > 0)
        #expect(first < size)
        #expect(outbox.unreadCount >= size)
        var taken = 0
        repeat {
            read(outbox.sentCount - taken)
            taken = outbox.sentCount
        } while outbox.write()
        #expect(outbox.sentCount == size)
        close(theirs)
        #expect(end() == "reset")
    }

    /// Sends what the socket does not take at once, until nothing is put in any more and all was sent.
    private static func pump(_ outbox: Outbox, until isOver: @Sendable () -> Bool) {
        var isBehind = false
        while !isOver() {
            var polled = [
                pollfd(fd: outbox.wake, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isBehind ? outbox.descriptor : -1, events: Int16(POLLOUT), revents: 0),
            ]
            poll(&polled, 2, -1)
            if polled[0].revents != 0 { outbox.clearWake() }
            isBehind = outbox.write()
        }
    }

    @Test func whatSeveralThreadsPutInComesWholeAndInItsOrderAndThenTheEnd() {
        let outbox = outbox
        let (count, size, last) = (2000, 1024, 1500)
        let next = Guarded(UInt32(0))
        let isOver = Guarded(false)
        let pumped = DispatchSemaphore(value: 0)
        DispatchQueue(label: "pump").async {
            Self.pump(outbox) { isOver.withLock { $0 } }
            pumped.signal()
        }
        let put = DispatchSemaphore(value: 0)
        DispatchQueue(label: "writers").async {
            DispatchQueue.concurrentPerform(iterations: count) { _ in
                next.withLock { number in
                    let words = [UInt32](repeating: number, count: size)
                    outbox.append(words.withUnsafeBytes { Array($0) })
                    // What comes after it is dropped.
                    if number == last { outbox.finish() }
                    number += 1
                }
                outbox.flush()
            }
            put.signal()
        }
        var bytes: [UInt8] = []
        while case let count = Glibc.read(theirs, buffer.baseAddress, buffer.count), count > 0 {
            bytes += UnsafeRawBufferPointer(start: buffer.baseAddress, count: count)
        }
        put.wait()
        isOver.withLock { $0 = true }
        // As whoever leaves it something.
        var one: UInt64 = 1
        #expect(write(outbox.wake, &one, 8) == 8)
        pumped.wait()
        let words = bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
        #expect(words == (0...UInt32(last)).flatMap { repeatElement($0, count: size) })
        #expect(outbox.sentCount == words.count * 4)
        close(theirs)
    }
}
