import FoundationEssentials
import GLibMainLoop
import Tasker
import TestSupport
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
            XCTAssertLessThanOrEqual(snapshot.created.uptime, started.uptime)
            XCTAssertLessThanOrEqual(started.uptime, ended.uptime)
        }
        let first = try XCTUnwrap(running.snapshot.ended?.uptime)
        XCTAssertLessThanOrEqual(first, try XCTUnwrap(pending.snapshot.started?.uptime))
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
        XCTAssertLessThanOrEqual(snapshot.created.uptime, try XCTUnwrap(snapshot.ended?.uptime))
    }

    func testPromise05BothClocksTellTheSameMoment() throws {
        let before = Date()
        harness.clock.advance(by: .seconds(3))
        let first = harness.proxy.runThread { _ in }.snapshot.created
        harness.clock.advance(by: .seconds(2))
        let second = harness.proxy.runThread { _ in }.snapshot.created
        XCTAssertTrue((before...Date()).contains(first.date))
        XCTAssertEqual(first.uptime, .seconds(3))
        XCTAssertEqual(first.duration(to: second), .seconds(2))
        harness.settle()
    }
}
