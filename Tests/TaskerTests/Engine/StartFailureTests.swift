import GLibMainLoop
import Glibc
import TestSupport
import XCTest

@testable import Tasker

/// Promise 4 for bodies that cannot be started.
final class StartFailureTests: XCTestCase {
    private let isRefused = Guarded(true)
    private lazy var harness = EngineHarness { [isRefused] configuration in
        configuration.spawnThread = { argument in isRefused.withLock { $0 } ? EAGAIN : ThreadPool.spawn(argument) }
    }

    func testABodyThatFoundNoThreadIsTriedAgainAsItsPolicySaysAndNotAtOnce() {
        let handle = harness.proxy.runThread(options: .retrying(.max, .constant(.zero))) { _ in 1 }
        XCTAssertEqual(handle.state, .running)
        XCTAssertEqual(handle.snapshot.attempt, 1)
        harness.iterate { harness.clock.sleeperCount == 1 }
        isRefused.withLock { $0 = false }
        harness.clock.advance(by: .milliseconds(100))
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 1)
        XCTAssertEqual(handle.snapshot.attempt, 2)
    }

    func testAnIterationThatFoundNoThreadIsOneThatFailed() {
        let results = Journal<Bool>()
        let handle = harness.proxy.runPeriodic(
            every: .seconds(1),
            .thread { _ in 1 },
            count: 2,
            stopsOnFailure: false
        ) { iteration in
            results.append((try? iteration.result.get()) != nil)
        }
        harness.iterate { harness.clock.sleeperCount == 1 }
        isRefused.withLock { $0 = false }
        harness.clock.advance(by: .seconds(1))
        harness.settle()
        XCTAssertEqual(results.values, [false, true])
        XCTAssertEqual(handle.state, .completed)
    }

    func testPromise36ACommandCancelledBeforeItsProgramRunsLeavesNoTimer() {
        for _ in 0..<50 { harness.proxy.runCommand(Command("true"), options: .gracePeriod(.seconds(1000))).cancel() }
        harness.settle()
        harness.iterate { harness.clock.sleeperCount == 0 }
    }
}
