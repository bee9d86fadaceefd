import Testing

@testable import Tasker

/// A call that is run or cancelled, never both.
@MainActor
@Suite struct MainCallTests {
    private struct Failure: Error {}

    @Test func itRunsOnce() throws {
        var count = 0
        let call = MainCall<Int> {
            count += 1
            return count
        }
        #expect(call.outcome == nil)
        call.run()
        call.run()
        call.cancel()
        #expect(try call.outcome?.get() == 1)
    }

    @Test func aCancelledOneNeverRuns() {
        let call = MainCall<Void> { Issue.record("It ran.") }
        call.cancel()
        call.run()
        #expect(throws: CancellationError.self) { try call.outcome?.get() }
    }

    @Test func cancellingInTheMiddleChangesNothing() throws {
        var own: MainCall<Int>?
        let call = MainCall<Int> {
            own?.cancel()
            #expect(own?.outcome == nil)
            return 3
        }
        own = call
        call.run()
        #expect(try call.outcome?.get() == 3)
    }

    @Test func itsErrorIsPassedOn() {
        let call = MainCall<Void> { throw Failure() }
        call.run()
        #expect(throws: Failure.self) { try call.outcome?.get() }
    }
}
