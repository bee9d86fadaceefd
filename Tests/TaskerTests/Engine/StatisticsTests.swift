import Tasker
import TestSupport
import XCTest

/// What a manager tells of all its tasks.
final class StatisticsTests: XCTestCase {
    private let gate = ThreadGate()

    private struct Failure: Error {}

    private func counts(_ harness: EngineHarness) -> [TaskState: Int] {
        let statistics = harness.proxy.statistics
        return Dictionary(uniqueKeysWithValues: TaskState.allCases.map { ($0, statistics.count(in: $0)) }).filter {
            $0.value != 0
        }
    }

    func testEveryKindOfEndIsCounted() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        let (proxy, other) = (harness.proxy, ThreadGate())
        XCTAssertEqual(counts(harness), [:])
        let running = harness.runGated(gate, key: "key")
        let waiting = proxy.runThread { _ in throw Failure() }
        XCTAssertEqual(counts(harness), [.running: 1, .pending: 1])
        proxy.runThread(key: "key", options: .keyPolicy(.reject)) { _ in }
        XCTAssertEqual(counts(harness), [.running: 1, .pending: 1, .failed: 1])
        XCTAssertEqual(proxy.runThread(key: "key", options: .keyPolicy(.keep)) { _ in }, running)
        proxy.runThread { _ in }.cancel()
        XCTAssertEqual(counts(harness), [.running: 1, .pending: 1, .failed: 1, .cancelled: 1])
        let dependant = proxy.runThread(options: .after(waiting)) { _ in }
        gate.open()
        harness.settle()
        XCTAssertEqual(dependant.state, .cancelled)
        XCTAssertEqual(counts(harness), [.completed: 1, .failed: 2, .cancelled: 2])
        let abandoned = harness.runGated(other, options: .abandonable)
        abandoned.cancel()
        XCTAssertEqual(counts(harness), [.completed: 1, .failed: 2, .cancelled: 3])
        other.open()
        let scope = proxy.scope("plugin")
        scope.close()
        scope.runThread { _ in }
        harness.settle()
        XCTAssertEqual(counts(harness), [.completed: 1, .failed: 3, .cancelled: 3])
        XCTAssertEqual(proxy.statistics.total, 7)
    }

    func testARetriedAndAPeriodicTaskAreOneTaskEach() {
        let harness = EngineHarness()
        let (attempts, iterations) = (Journal<Void>(), Journal<Int>())
        harness.proxy.runThread(options: .retrying(3, .constant(.zero))) { _ in
            attempts.append(())
            if attempts.count < 3 { throw Failure() }
        }
        harness.proxy.runPeriodic(
            every: .seconds(1),
            .thread { _ in },
            count: 2,
            whenIteration: { iterations.append($0.number) }
        )
        harness.iterate { iterations.count == 1 && attempts.count == 3 }
        harness.clock.advance(by: .seconds(1))
        harness.settle()
        XCTAssertEqual(counts(harness), [.completed: 2])
        XCTAssertEqual(harness.proxy.statistics.waitingTime.count, 2)
        XCTAssertEqual(harness.proxy.statistics.runningTime.count, 2)
    }

    func testWaitingAndRunningTimesAreThoseOfTheClock() throws {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        var last = harness.runGated(gate)
        // Each waits one second more than the one before, and each runs for one.
        for _ in 1...9 {
            last = harness.proxy.runThread { [gate] _ in gate.pass() }
        }
        for ended in 1...10 {
            harness.clock.advance(by: .seconds(1))
            gate.open()
            harness.iterate { harness.proxy.statistics.count(in: .completed) == ended }
        }
        harness.settle()
        XCTAssertEqual(last.state, .completed)
        let (waiting, running) = (harness.proxy.statistics.waitingTime, harness.proxy.statistics.runningTime)
        XCTAssertEqual([waiting.count, running.count], [10, 10])
        XCTAssertEqual([waiting.minimum, waiting.maximum], [.zero, .seconds(9)])
        XCTAssertEqual([running.minimum, running.median, running.maximum], [.seconds(1), .seconds(1), .seconds(1)])
        let median = try XCTUnwrap(waiting.median)
        XCTAssertLessThanOrEqual(abs((median - .seconds(4)) / .seconds(4)), 1.0 / 32)
        let slow = try XCTUnwrap(waiting.percentile(0.9))
        XCTAssertLessThanOrEqual(abs((slow - .seconds(8)) / .seconds(8)), 1.0 / 32)
    }

    func testWhoNeverBeganHasWaitedForNothing() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        _ = harness.runGated(gate)
        let waiting = harness.proxy.runThread { _ in }
        harness.clock.advance(by: .seconds(5))
        waiting.cancel()
        XCTAssertEqual(harness.proxy.statistics.waitingTime.count, 1)
        XCTAssertEqual(harness.proxy.statistics.runningTime.count, 0)
        gate.open()
        harness.settle()
        XCTAssertEqual(harness.proxy.statistics.runningTime.maximum, .seconds(5))
    }
}
