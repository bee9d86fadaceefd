import Foundation
import Testing

@testable import Tasker

@Suite struct RemoteFailureTests {
    struct Known: Error, Codable, Equatable {
        let row: Int
    }

    struct Unknown: Error, CustomStringConvertible {
        let description = "disk is full"
    }

    struct Work: ProcessTask {
        static let errorTypes: [any (Error & Codable).Type] = [Known.self]

        func run(_ context: ExecutionContext) throws -> Int { 0 }
    }

    private func travelled(_ error: any Error, _ damage: (inout RemoteFailure) -> Void = { _ in }) throws -> any Error {
        let data = try WireCoding.encode(RemoteFailure(error, of: Work.self))
        var failure = try WireCoding.decode(RemoteFailure.self, from: data)
        damage(&failure)
        return failure.error(of: Work.self)
    }

    @Test func anErrorOfANamedTypeArrivesAsItself() throws {
        #expect(try travelled(Known(row: 3)) as? Known == Known(row: 3))
    }

    @Test func cancellationArrivesAsItself() throws {
        #expect(try travelled(CancellationError()) is CancellationError)
    }

    @Test func anotherErrorArrivesAsItsTypeAndText() throws {
        let error = try #require(try travelled(Unknown()) as? TaskerError)
        #expect(error.code == .remoteError)
        #expect(error.description.contains("Unknown"))
        #expect(error.description.contains("disk is full"))
    }

    @Test func whatDoesNotDecodeArrivesAsText() throws {
        let error = try travelled(Known(row: 3)) { $0.encoded = Data("nonsense".utf8) }
        #expect((error as? TaskerError)?.code == .remoteError)
        let outside = try travelled(Known(row: 3)) { $0.typeIndex = 5 }
        #expect((outside as? TaskerError)?.code == .remoteError)
        let negative = try travelled(Known(row: 3)) { $0.typeIndex = -1 }
        #expect((negative as? TaskerError)?.code == .remoteError)
    }
}
