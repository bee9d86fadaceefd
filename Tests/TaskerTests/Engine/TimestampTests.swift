import FoundationEssentials
import GLibMainLoop
import Tasker
import XCTest

/// Promise 5: when a task was created, started and ended.
final class TimestampTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()

    func testPromise05EachMomentIsThereFromWhenItCame() throws {
        let running = harness.proxy.runThread { [gate] _ in gate.pass() }
        let pending = harness.proxy.runThread { _ in }
        XCTAssertNil(pending.snapshot.started)
        XCTAssertNil(pending.snapshot.ended)
        XCTAssertNotNil(running.snapshot.started)
        XCTAssertNil(running.snapshot.ended)
        gate.open()
        harness.settle()
        for id in [running.id, pending.id] {
            let snapshot = try XCTUnwrap(harness.tasks[id: id])
            let (started, ended) = (try XCTUnwrap(snapshot.started), try XCTUnwrap(snapshot.ended))
            XCTAssertLessThanOrEqual(snapshot.created.instant, started.instant)
            XCTAssertLessThanOrEqual(started.instant, ended.instant)
        }
        let first = try XCTUnwrap(running.snapshot.ended?.instant)
        XCTAssertLessThanOrEqual(first, try XCTUnwrap(pending.snapshot.started?.instant))
    }

    func testPromise05ATaskThatNeverRanHasEndedAndNotStarted() throws {
        harness.proxy.runThread { [gate] _ in gate.pass() }
        let pending = harness.proxy.runThread { _ in }
        pending.cancel()
        gate.open()
        harness.settle()
        let snapshot = try XCTUnwrap(harness.tasks[id: pending.id])
        XCTAssertNil(snapshot.started)
        XCTAssertEqual(snapshot.attempt, 0)
        XCTAssertLessThanOrEqual(snapshot.created.instant, try XCTUnwrap(snapshot.ended?.instant))
    }

    func testPromise05BothClocksTellTheSameMoment() throws {
        let before = (date: Date(), instant: ContinuousClock.now)
        let created = harness.proxy.runThread { _ in }.snapshot.created
        let after = (date: Date(), instant: ContinuousClock.now)
        XCTAssertTrue((before.date...after.date).contains(created.date))
        XCTAssertTrue((before.instant...after.instant).contains(created.instant))
        harness.settle()
    }
}
