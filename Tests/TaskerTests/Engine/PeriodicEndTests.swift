import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// How periodic tasks are ended, replaced, paused.
final class PeriodicEndTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()
    private let log = Journal<String>()

    /// Notes its begin, and takes until the gate is opened for it.
    private func submit(_ name: String = "task", key: String? = nil) -> TaskHandle<Void> {
        let (log, gate) = (log, gate)
        return harness.proxy.runPeriodic(
            every: .seconds(10),
            .thread { _ in
                log.append("\(name) began")
                gate.pass()
            },
            key: key,
            name: name,
            whenIteration: { log.append("\(name) iteration \($0.number)") },
            whenDone: { log.append("\(name) \($0.state)") }
        )
    }

    /// Lets the first iteration end.
    private func runOne(_ handle: TaskHandle<Void>) {
        gate.open()
        harness.iterate { handle.snapshot.iteration == 1 && handle.snapshot.nextStart != nil }
        harness.dispatchPending()
    }

    private func shutDown() {
        Task.detached { [proxy = harness.proxy, log] in
            await proxy.shutdown(waitingFor: .seconds(1000))
            log.append("shut down")
        }
        harness.iterate { !harness.proxy.isRunning }
    }

    func testPromise12CancelledBetweenIterationsItEndsAtOnce() {
        let handle = submit()
        runOne(handle)
        XCTAssertTrue(handle.cancel())
        XCTAssertEqual(handle.state, .cancelled)
        harness.settle()
        harness.expectNoTimer()
        harness.advance(by: .seconds(100))
        harness.settle()
        XCTAssertEqual(log.values, ["task began", "task iteration 1", "task cancelled"])
    }

    func testPromise16CancelledDuringAnIterationThatIsDropped() {
        let handle = submit()
        harness.iterate { log.count == 1 }
        handle.cancel()
        XCTAssertEqual(handle.state, .running)
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["task began", "task cancelled"])
        XCTAssertEqual(handle.snapshot.iteration, 0)
        harness.expectNoTimer()
    }

    func testPromise18ReplacedBetweenIterationsTheNewOneBeginsAtOnce() {
        let old = submit("old", key: "key")
        runOne(old)
        let new = submit("new", key: "key")
        XCTAssertEqual(old.cancelReason, .keyReplaced)
        XCTAssertEqual(old.state, .cancelled)
        harness.iterate { log.values.contains("new began") }
        new.cancel()
        gate.open()
        harness.settle()
    }

    func testPromise18ReplacedDuringAnIterationTheNewOneWaitsForIt() {
        let old = submit("old", key: "key")
        harness.iterate { log.count == 1 }
        let new = submit("new", key: "key")
        XCTAssertEqual(new.state, .pending)
        gate.open()
        harness.iterate { log.values.contains("new began") }
        XCTAssertEqual(old.state, .cancelled)
        new.cancel()
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values.filter { $0.hasPrefix("old") }, ["old began", "old cancelled"])
    }

    func testPausedBetweenIterationsNoneBeginsUntilItGoesOn() {
        let events = harness.eventLog()
        let handle = submit()
        runOne(handle)
        XCTAssertTrue(handle.pause())
        XCTAssertTrue(handle.snapshot.isPaused)
        harness.advance(by: .seconds(35))
        harness.settleThread()
        XCTAssertEqual(log.values, ["task began", "task iteration 1"])
        XCTAssertTrue(handle.resume())
        harness.iterate { log.count == 3 }
        gate.open()
        harness.iterate { handle.snapshot.iteration == 2 && handle.snapshot.nextStart != nil }
        // Back on the grid.
        XCTAssertEqual(handle.snapshot.nextStart?.uptime, .seconds(40))
        handle.cancel()
        harness.settle()
        XCTAssertEqual(
            events.values.filter { !$0.contains("Task ") },
            [
                "task submitted", "task started", "task iteration 1 ()", "task paused", "task resumed",
                "task iteration 2 ()", "task cancelled user",
            ]
        )
    }

    func testPausedDuringAnIterationThatEndsTheNextWaits() {
        let events = harness.eventLog()
        let handle = submit()
        harness.iterate { log.count == 1 }
        handle.pause()
        runOne(handle)
        harness.advance(by: .seconds(10))
        harness.settleThread()
        XCTAssertEqual(log.values, ["task began", "task iteration 1"])
        handle.resume()
        harness.iterate { log.count == 3 }
        handle.cancel()
        gate.open()
        harness.settle()
        XCTAssertEqual(
            events.values.filter { !$0.contains("Task ") },
            [
                "task submitted", "task started", "task iteration 1 ()", "task paused", "task resumed",
                "task cancelled user",
            ]
        )
    }

    func testPromise31ShutDownBetweenIterationsItEndsAtOnce() {
        let handle = submit()
        runOne(handle)
        shutDown()
        harness.iterate { log.values.last == "shut down" }
        XCTAssertEqual(log.values, ["task began", "task iteration 1", "task cancelled", "shut down"])
        XCTAssertEqual(handle.cancelReason, .shutdown)
        harness.expectNoTimer()
    }

    func testPromise31ShutDownDuringAnIterationThatEndsAndIsTold() {
        let events = harness.eventLog()
        let handle = submit()
        harness.iterate { log.count == 1 }
        shutDown()
        XCTAssertEqual(handle.state, .running)
        gate.open()
        harness.iterate { log.values.last == "shut down" }
        XCTAssertEqual(log.values, ["task began", "task iteration 1", "task cancelled", "shut down"])
        XCTAssertEqual(handle.cancelReason, .shutdown)
        XCTAssertEqual(events.values.suffix(2), ["task iteration 1 ()", "task cancelled shutdown"])
        harness.expectNoTimer()
    }

    func testPromise31ShutDownWhileAnIterationWaitsForItsRetryItEndsAtOnce() {
        let log = log
        let handle = harness.proxy.runPeriodic(
            every: .seconds(10),
            .thread { _ in throw TestFailure() },
            options: .retrying(1, .constant(.seconds(5))),
            whenDone: { log.append("\($0.state)") }
        )
        harness.iterate { handle.snapshot.nextStart != nil }
        shutDown()
        harness.iterate { log.values == ["cancelled", "shut down"] }
        XCTAssertEqual(handle.cancelReason, .shutdown)
        harness.expectNoTimer()
    }

    func testPromise18ALivePeriodicTaskIsKept() {
        let handle = submit("task", key: "key")
        runOne(handle)
        let kept = harness.proxy.runPeriodic(
            every: .seconds(1),
            .thread { _ in },
            key: "key",
            options: .keyPolicy(.keep)
        )
        XCTAssertEqual(kept.id, handle.id)
        handle.cancel()
        harness.settle()
    }
}
