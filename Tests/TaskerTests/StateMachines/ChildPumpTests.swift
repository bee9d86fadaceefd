import Glibc
import Testing

@testable import Tasker

@Suite struct ChildPumpTests {
    /// A descriptor that says, as a pidfd does, that a child has ended.
    private static func ended() throws -> Int32 {
        let pipe = try DescriptorIO.pipe()
        close(pipe.write)
        return pipe.read
    }

    @Test func whoeverKeepsItAfterTheEndOfItsChildKeepsNoConnectionOpen() throws {
        let (ends, exit) = (try DescriptorIO.socketPair(), try Self.ended())
        defer { for descriptor in [ends.theirs, exit] { close(descriptor) } }
        var heard: [UInt8] = []
        weak var connection: Outbox?
        func makePump() throws -> ChildPump {
            let outbox = try Outbox(adopting: ends.ours)
            connection = outbox
            return ChildPump(
                [.init(descriptor: outbox.descriptor, onBytes: { heard += $0 }, onEnd: {})],
                outbox: outbox
            )
        }
        let pump = try makePump()
        #expect(write(ends.theirs, [7], 1) == 1)
        #expect(connection != nil)
        #expect(pump.run(exit: exit))
        #expect(heard == [7])
        #expect(connection == nil)
        withExtendedLifetime(pump) {}
    }
}
