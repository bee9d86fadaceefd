import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// The time of a task, from its submission.
final class DeadlineTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()
    private let log = Journal<String>()

    private func assertTimedOut<Success>(
        _ handle: TaskHandle<Success>,
        file: StaticString = #filePath,
        line: UInt = #line
    ) {
        XCTAssertEqual(handle.state, .failed, file: file, line: line)
        XCTAssertEqual((handle.error as? TaskerError)?.code, .timedOut, file: file, line: line)
        XCTAssertEqual(handle.cancelReason, .timeout, file: file, line: line)
    }

    func testPromise13ATaskThatWaitsBeyondItNeverRuns() {
        let log = log
        harness.proxy.runThread { [gate] _ in gate.pass() }
        let handle = harness.proxy.runThread(
            options: .deadline(.seconds(5)),
            { _ in log.append("ran") },
            whenDone: { log.append("done \($0.state)") }
        )
        let delayed = harness.proxy.runLater(
            after: .seconds(10),
            .thread { _ in log.append("ran") },
            options: .deadline(.seconds(5))
        )
        harness.advance(by: .seconds(5))
        assertTimedOut(handle)
        assertTimedOut(delayed)
        harness.iterate { log.count == 1 }
        gate.open()
        harness.advance(by: .seconds(10))
        harness.settle()
        XCTAssertEqual(log.values, ["done failed"])
        harness.expectNoTimer()
    }

    func testItEndsAllAttempts() {
        let runs = Journal<Void>()
        let options: TaskOptions = [.deadline(.seconds(5)), .retrying(.max, .constant(.seconds(2)))]
        let handle = harness.proxy.runThread(options: options) { _ in
            runs.append(())
            throw TestFailure()
        }
        for attempt in 1...3 {
            harness.iterate { handle.snapshot.attempt == attempt && handle.snapshot.nextStart != nil }
            harness.advance(by: .seconds(attempt < 3 ? 2 : 1))
        }
        // At once, while it waits for the next attempt.
        assertTimedOut(handle)
        harness.settle()
        XCTAssertEqual(runs.count, 3)
        harness.expectNoTimer()
    }

    func testItEndsARunningBodyAndNoOtherFollows() {
        let (began, gate) = (Journal<Void>(), gate)
        let options: TaskOptions = [.deadline(.seconds(5)), .retrying(.max, .constant(.zero))]
        let handle = harness.proxy.runThread(options: options) { context in
            began.append(())
            gate.pass()
            try context.checkCancellation()
        }
        harness.iterate { began.count == 1 }
        harness.advance(by: .seconds(5))
        gate.open()
        harness.settle()
        assertTimedOut(handle)
        XCTAssertEqual(began.count, 1)
    }

    func testAPauseDoesNotStopIt() {
        let began = Journal<Void>()
        let handle = harness.proxy.runThread(options: .deadline(.seconds(5))) { context in
            began.append(())
            while true { try context.checkpoint() }
        }
        harness.iterate { began.count == 1 }
        handle.pause()
        harness.settleThread()
        harness.advance(by: .seconds(5))
        harness.settle()
        assertTimedOut(handle)
        harness.expectNoTimer()
    }

    func testAPausedTaskThatWaitsEndsByIt() {
        harness.proxy.pause()
        let handle = harness.proxy.runThread(options: .deadline(.seconds(5))) { _ in }
        harness.advance(by: .seconds(5))
        assertTimedOut(handle)
        harness.settle()
    }

    func testItEndsAPeriodicTaskBetweenIterations() {
        let events = harness.eventLog()
        let handle = harness.proxy.runPeriodic(
            every: .seconds(2),
            .thread { _ in },
            name: "task",
            options: .deadline(.seconds(5))
        )
        for iteration in 1...3 {
            harness.iterate { handle.snapshot.iteration == iteration && handle.snapshot.nextStart != nil }
            harness.advance(by: .seconds(iteration < 3 ? 2 : 1))
        }
        assertTimedOut(handle)
        harness.settle()
        XCTAssertEqual(events.values.last, "task failed")
    }

    func testNoneAndAbsurdOnes() {
        harness.proxy.runThread { [gate] _ in gate.pass() }
        for deadline in [Duration.zero, .seconds(-1), .seconds(Int64.min)] {
            let handle = harness.proxy.runThread(options: .deadline(deadline)) { [log] _ in log.append("ran") }
            harness.advance(by: .zero)
            assertTimedOut(handle)
        }
        let handle = harness.proxy.runThread(options: .deadline(.seconds(Int64.max))) { _ in }
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(log.values, [])
    }
}
