import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 13, 15, 16 and 24 where the body is a coroutine: the same as for a thread.
final class CoroutineTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumCoroutines = 1 }
    private let gate = CoroutineGate()
    private let (began, log) = (Journal<Void>(), Journal<String>())

    /// A coroutine that reports a half and goes on when the gate is opened, whatever it is told.
    private func submit(isAbandonable: Bool) -> TaskHandle<Int> {
        let (began, gate, log) = (began, gate, log)
        let handle = harness.proxy.addCoroutine(
            options: TaskOptions(isAbandonable: isAbandonable),
            { context in
                context.setProgress(0.5)
                began.append(())
                await gate.pass()
                context.setProgress(0.75)
                return 7
            },
            whenDone: { log.append("done \($0.state)") }
        )
        harness.iterate { began.count == 1 }
        return handle
    }

    func testPromise15And16ACancelledCoroutineEndsWithItsBodyAndItsResultIsDropped() {
        let handle = submit(isAbandonable: false)
        XCTAssertTrue(handle.cancel())
        harness.iterate { harness.tasks[id: handle.id]?.isCancelRequested == true }
        XCTAssertEqual(harness.tasks[id: handle.id]?.state, .running)
        XCTAssertEqual(log.values, [])
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["done cancelled"])
        XCTAssertThrowsError(try handle.result?.get()) { XCTAssertTrue($0 is CancellationError) }
        XCTAssertEqual(harness.tasks[id: handle.id]?.progress, 0.75)
    }

    func testPromise15AnAbandonableCoroutineEndsAtOnceAndKeepsItsSlot() {
        let handle = submit(isAbandonable: true)
        XCTAssertTrue(handle.cancel())
        XCTAssertEqual(handle.state, .cancelled)
        harness.settle()
        XCTAssertEqual(log.values, ["done cancelled"])
        let next = harness.proxy.addCoroutine { _ in }
        harness.dispatchPending()
        XCTAssertEqual(next.state, .pending)
        gate.open()
        harness.settle()
        XCTAssertEqual(next.state, .completed)
        XCTAssertEqual(log.values, ["done cancelled"])
        XCTAssertEqual(handle.progress, 0.5)
    }

    func testPromise13ACoroutineThatWaitsNeverRuns() {
        _ = submit(isAbandonable: false)
        let log = log
        let waiting = harness.proxy.addCoroutine { _ in log.append("ran") }
        XCTAssertEqual(waiting.state, .pending)
        XCTAssertTrue(waiting.cancel())
        XCTAssertEqual(waiting.state, .cancelled)
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["done completed"])
    }
}
