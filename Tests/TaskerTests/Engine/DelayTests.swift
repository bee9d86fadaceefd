import Foundation
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Work that begins later, on the manual clock.
final class DelayTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()
    private let log = Journal<String>()

    /// A body of each kind that needs no process.
    private func bodies() -> [TaskBody<Void>] {
        [.thread { [log] _ in log.append("ran") }, .coroutine { [log] _ in log.append("ran") }]
    }

    private func note(_ name: String) -> TaskBody<Void> {
        .thread { [log] _ in log.append(name) }
    }

    func testPromise03ADelayedTaskIsPendingUntilItIsDue() {
        for body in bodies() {
            let harness = EngineHarness()
            let before = log.count
            let handle = harness.proxy.runLater(after: .seconds(10), body)
            harness.advance(by: .seconds(10) - .nanoseconds(1))
            harness.dispatchPending()
            XCTAssertEqual(handle.state, .pending)
            XCTAssertEqual(harness.tasks[id: handle.id]?.state, .pending)
            XCTAssertEqual(log.count, before)
            harness.advance(by: .nanoseconds(1))
            harness.settle()
            XCTAssertEqual(handle.state, .completed)
            XCTAssertEqual(log.count, before + 1)
            harness.expectNoTimer()
        }
    }

    func testEverySnapshotTellsWhenItStarts() throws {
        let handle = harness.proxy.runLater(after: .seconds(10), note("ran"), key: "key")
        harness.dispatchPending()
        harness.advance(by: .seconds(3))
        let proxy = harness.proxy
        // A change publishes the task anew.
        XCTAssertTrue(proxy.setPriority(.high, id: handle.id))
        harness.iterate { harness.tasks[id: handle.id]?.priority == .high }
        let snapshots: [TaskSnapshot?] = [
            handle.snapshot, proxy.task(id: handle.id), proxy.task(key: "key"), proxy.tasks().first,
            harness.tasks[id: handle.id],
        ]
        for snapshot in snapshots {
            let snapshot = try XCTUnwrap(snapshot)
            let nextStart = try XCTUnwrap(snapshot.nextStart)
            XCTAssertEqual(snapshot.created.duration(to: nextStart), .seconds(10))
            XCTAssertEqual(nextStart.date.timeIntervalSince(snapshot.created.date), 10, accuracy: 1e-5)
        }
        harness.advance(by: .seconds(7))
        harness.settle()
        XCTAssertNil(handle.snapshot.nextStart)
        XCTAssertNil(harness.tasks[id: handle.id]?.nextStart)
        XCTAssertEqual(handle.snapshot.started?.uptime, .seconds(10))
    }

    func testPromise13CancelledBeforeItIsDueItEndsAtOnceAndNeverRuns() {
        let log = log
        for body in bodies() {
            let handle = harness.proxy.runLater(after: .seconds(10), body) { log.append("done \($0.state)") }
            XCTAssertTrue(handle.cancel())
            XCTAssertEqual(handle.state, .cancelled)
            XCTAssertEqual(handle.cancelReason, .user)
            harness.expectNoTimer()
        }
        harness.settle()
        harness.advance(by: .seconds(20))
        harness.settle()
        XCTAssertEqual(log.values, ["done cancelled", "done cancelled"])
    }

    func testADelayOfZeroOrBelowIsNone() {
        for delay in [Duration.zero, .seconds(-5), .seconds(Int64.min)] {
            let handle = harness.proxy.runLater(after: delay, note("ran"))
            XCTAssertNil(handle.snapshot.nextStart)
            harness.settle()
            XCTAssertEqual(handle.state, .completed)
        }
        XCTAssertEqual(harness.clock.sleeperCount, 0)
    }

    func testAnAbsurdDelayIsTenYears() {
        let tenYears = Duration.seconds(10 * 365 * 86_400)
        let handle = harness.proxy.runLater(after: .seconds(Int64.max), note("ran"))
        XCTAssertEqual(handle.snapshot.nextStart?.uptime, tenYears)
        let cancelled = harness.proxy.runLater(after: Duration(attoseconds: .max), note("cancelled"))
        cancelled.cancel()
        harness.advance(by: tenYears)
        harness.settle()
        // The manager's time goes on after them.
        harness.proxy.runLater(after: .seconds(1), note("ran again"))
        harness.advance(by: .seconds(1))
        harness.settle()
        XCTAssertEqual(log.values, ["ran", "ran again"])
    }

    func testPromise18KeysAreInUseWhileATaskWaitsForItsTime() {
        let delayed = harness.proxy.runLater(after: .seconds(10), note("delayed"), key: "key")
        let kept = harness.proxy.runLater(after: .zero, note("kept"), key: "key", options: .keyPolicy(.keep))
        let rejected = harness.proxy.runLater(after: .zero, note("rejected"), key: "key", options: .keyPolicy(.reject))
        let queued = harness.proxy.runLater(
            after: .seconds(4),
            note("queued"),
            key: "key",
            options: .keyPolicy(.enqueue)
        )
        XCTAssertEqual(kept, delayed)
        XCTAssertEqual((rejected.error as? TaskerError)?.code, .keyInUse)
        // Its own time has come, the turn of its key has not.
        harness.advance(by: .seconds(9))
        XCTAssertEqual(queued.state, .pending)
        harness.advance(by: .seconds(1))
        harness.settle()
        XCTAssertEqual(log.values, ["delayed", "queued"])
    }

    func testPromise18ReplacedBeforeItIsDueItNeverRuns() {
        let delayed = harness.proxy.runLater(after: .seconds(10), note("delayed"), key: "key")
        harness.proxy.runLater(after: .seconds(1), note("new"), key: "key")
        XCTAssertEqual(delayed.cancelReason, .keyReplaced)
        harness.advance(by: .seconds(20))
        harness.settle()
        XCTAssertEqual(log.values, ["new"])
    }

    func testPromise25ItsRankCountsFromWhenItIsDue() {
        harness.proxy.runThread { [gate] _ in gate.pass() }
        harness.proxy.runLater(after: .seconds(5), note("due"))
        harness.proxy.runLater(after: .seconds(5), note("due, high"), priority: .high)
        harness.proxy.runLater(after: .zero, note("at once"))
        harness.advance(by: .seconds(5))
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["due, high", "at once", "due"])
    }

    func testPromise27ThoseThatAreDueTogetherStartInTheOrderOfTheirTimes() {
        for delay in [5, 3, 4, 3, 0] { harness.proxy.runLater(after: .seconds(delay), note("\(delay)")) }
        harness.settleThread()
        harness.advance(by: .seconds(86_400))
        harness.settle()
        XCTAssertEqual(log.values, ["0", "3", "3", "4", "5"])
    }

    func testPromise36ManyDelaysNeedOneTimerAndLeaveNone() {
        let handles = (1...100).map { harness.proxy.runLater(after: .seconds(1000 - $0), note("\($0)")) }
        harness.iterate { harness.clock.sleeperCount == 1 }
        for handle in handles.dropFirst() { handle.cancel() }
        harness.iterate { harness.clock.sleeperCount == 1 }
        harness.advance(by: .seconds(999))
        harness.settle()
        XCTAssertEqual(log.values, ["1"])
        harness.expectNoTimer()
    }

    func testPromise33AnIdleManagerIsOneWithoutDelayedTasks() {
        let log = log
        harness.proxy.runLater(after: .seconds(10), note("ran"))
        Task.detached { [proxy = harness.proxy] in
            try? await proxy.waitUntilIdle()
            log.append("idle")
        }
        harness.advance(by: .seconds(10))
        harness.iterate { log.count == 2 }
        XCTAssertEqual(log.values, ["ran", "idle"])
    }
}
