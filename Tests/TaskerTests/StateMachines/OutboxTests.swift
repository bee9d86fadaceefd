import Glibc
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
        #expect(outbox.put([1, 2, 3]) == 3)
        #expect(outbox.put([4, 5]) == 5)
        #expect(outbox.sentCount == 5)
        #expect(outbox.unreadCount > 0)
        read(5)
        #expect(outbox.unreadCount == 0)
        close(theirs)
        #expect(end() == "end")
    }

    @Test(arguments: [0, 1, 2]) func theSystemTellsThatNotAllWasRead(count: Int) {
        outbox.put([1, 2, 3])
        read(count)
        // Behind what it has said itself.
        #expect(write(theirs, [7], 1) == 1)
        close(theirs)
        #expect(end() == "reset")
        #expect(outbox.sentCount == 3)
    }

    @Test func whatComesAfterTheEndIsNotSent() {
        close(theirs)
        #expect(outbox.put([1, 2, 3]) == 3)
        #expect(outbox.put([4]) == 4)
        #expect(outbox.sentCount == 0)
        #expect(end() == "end")
    }

    @Test func whatTheSocketDoesNotTakeIsNotSentUntilThereIsRoom() {
        let size = 4 << 20
        #expect(outbox.put([UInt8](repeating: 1, count: size)) == size)
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
}
