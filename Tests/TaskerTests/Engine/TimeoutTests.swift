import Dispatch
import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// The time of an attempt.
final class TimeoutTests: XCTestCase {
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
        XCTAssertEqual(handle.snapshot.cancelReason, .timeout, file: file, line: line)
    }

    func testPromise15ABodyThatTakesLongerIsCancelledAndReportedFailedWhenItHasEnded() {
        let (gate, log) = (gate, log)
        let events = harness.eventLog()
        let handle = harness.proxy.runThread(
            name: "task",
            options: .timeout(.seconds(10)),
            { context in
                log.append("began")
                gate.pass()
                log.append("cancelled \(context.isCancelled)")
                // It does its work all the same.
                return 7
            },
            whenDone: { log.append("done \($0.state)") }
        )
        harness.iterate { log.count == 1 }
        harness.advance(by: .seconds(10) - .nanoseconds(1))
        XCTAssertNil(handle.cancelReason)
        harness.advance(by: .nanoseconds(1))
        // The body is told a moment after it was decided.
        harness.iterate { harness.tasks[id: handle.id]?.cancelReason == .timeout && handle.record.isCancelled }
        XCTAssertEqual(handle.state, .running)
        XCTAssertFalse(handle.cancel())
        gate.open()
        harness.settle()
        assertTimedOut(handle)
        XCTAssertEqual(log.values, ["began", "cancelled true", "done failed"])
        XCTAssertEqual(events.values, ["task submitted", "task started", "task failed"])
        harness.expectNoTimer()
    }

    func testACoroutineSeesSwiftsCancellation() {
        let (open, log) = (CoroutineGate(), log)
        let handle = harness.proxy.addCoroutine(options: .timeout(.seconds(1))) { _ in
            log.append("began")
            await withTaskCancellationHandler {
                await open.pass()
            } onCancel: {
                open.open()
            }
            try Task.checkCancellation()
        }
        harness.iterate { log.count == 1 }
        harness.advance(by: .seconds(1))
        harness.settle()
        assertTimedOut(handle)
    }

    // What counts is the time, not whether the timer's thread came before the body's.
    func testABodyThatEndsAfterItsTimeHasFailed() {
        for options in [TaskOptions.timeout(.seconds(1)), .deadline(.seconds(1))] {
            for extra in [TaskOptions(), .retrying(1, .constant(.zero), when: { _ in false })] {
                let began = Journal<Void>()
                let handle = harness.proxy.runThread(options: [options, extra]) { [gate] _ in
                    began.append(())
                    gate.pass()
                }
                harness.iterate { began.count == 1 }
                harness.clock.advance(by: .seconds(1))
                gate.open()
                harness.settle()
                assertTimedOut(handle)
            }
        }
    }

    func testABodyThatEndsInTimeHasNot() {
        let handle = harness.proxy.runThread(options: .timeout(.seconds(1))) { _ in 7 }
        harness.settle()
        harness.advance(by: .seconds(5))
        XCTAssertEqual(try handle.result?.get(), 7)
        XCTAssertNil(handle.cancelReason)
        harness.expectNoTimer()
    }

    func testTheTimeCountsFromTheBeginOfTheBody() {
        let log = log
        harness.proxy.runThread { [gate] _ in gate.pass() }
        let handle = harness.proxy.runThread(options: .timeout(.seconds(1))) { _ in log.append("ran") }
        harness.advance(by: .seconds(100))
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }

    func testPromise15AnAbandonableTaskFailsAtOnce() {
        let (began, gate) = (Journal<Void>(), gate)
        let handle = harness.proxy.runThread(options: [.timeout(.seconds(1)), .abandonable]) { _ in
            began.append(())
            gate.pass()
        }
        harness.iterate { began.count == 1 }
        harness.advance(by: .seconds(1))
        harness.settle()
        assertTimedOut(handle)
        gate.open()
        // The next one needs the slot.
        harness.proxy.runThread { _ in }
        harness.settle()
        assertTimedOut(handle)
    }

    func testEachAttemptHasItsOwnTime() {
        let (began, gate) = (Journal<Void>(), gate)
        let events = harness.eventLog()
        let options: TaskOptions = [.timeout(.seconds(5)), .retrying(2, .constant(.seconds(100)))]
        let handle = harness.proxy.runThread(name: "task", options: options) { _ in
            began.append(())
            gate.pass()
        }
        for attempt in 1...2 {
            harness.iterate { began.count == attempt }
            harness.advance(by: .seconds(5))
            gate.open()
            harness.iterate { handle.snapshot.nextStart != nil }
            XCTAssertNil(handle.cancelReason)
            XCTAssertEqual(handle.state, .running)
            harness.advance(by: .seconds(100))
        }
        harness.iterate { began.count == 3 }
        harness.advance(by: .seconds(4))
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(
            events.values,
            [
                "task submitted", "task started", "task retrying 2 after 100.0 seconds",
                "task retrying 3 after 100.0 seconds", "task completed",
            ]
        )
    }

    func testWhenNoAttemptIsLeftItHasTimedOut() {
        let (began, gate) = (Journal<Void>(), gate)
        let options: TaskOptions = [.timeout(.seconds(5)), .retrying(1, .constant(.zero))]
        let handle = harness.proxy.runThread(options: options) { _ in
            began.append(())
            gate.pass()
            throw TestFailure()
        }
        for attempt in 1...2 {
            harness.iterate { began.count == attempt }
            harness.advance(by: .seconds(5))
            gate.open()
        }
        harness.settle()
        assertTimedOut(handle)
    }

    func testCancelledAfterAnAttemptsTimeWasUpItIsCancelled() {
        let (began, gate) = (Journal<Void>(), gate)
        let options: TaskOptions = [.timeout(.seconds(5)), .retrying(1, .constant(.zero))]
        let handle = harness.proxy.runThread(options: options) { _ in
            began.append(())
            gate.pass()
        }
        harness.iterate { began.count == 1 }
        harness.advance(by: .seconds(5))
        XCTAssertTrue(handle.cancel())
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .cancelled)
        XCTAssertEqual(handle.cancelReason, .user)
        XCTAssertEqual(began.count, 1)
    }

    func testWhoComesFirstOfTimeAndUserDecides() {
        let (began, gate) = (Journal<Void>(), gate)
        let handle = harness.proxy.runThread(options: .timeout(.seconds(5))) { _ in
            began.append(())
            gate.pass()
        }
        harness.iterate { began.count == 1 }
        XCTAssertTrue(handle.cancel())
        harness.advance(by: .seconds(5))
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .cancelled)
        XCTAssertEqual(handle.cancelReason, .user)
    }

    func testNoTimeAndAbsurdTimes() {
        for timeout in [Duration.zero, .seconds(-1), .seconds(Int64.min)] {
            let options: TaskOptions = [.timeout(timeout), .retrying(20, .constant(.zero))]
            let handle = harness.proxy.runThread(options: options) { context in
                while !context.isCancelled { sched_yield() }
            }
            harness.settle()
            assertTimedOut(handle)
            XCTAssertEqual(handle.snapshot.attempt, 21)
        }
        let handle = harness.proxy.runThread(options: .timeout(.seconds(Int64.max))) { _ in }
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }

    func testAnAttemptWhoseTimeIsUpBeforeItsBodyHasBegunHasTimedOut() {
        let (spawnGate, spawns) = (gate, Guarded(0))
        let harness = EngineHarness {
            $0.spawnThread = { argument in
                let count = spawns.withLock { spawns in
                    spawns += 1
                    return spawns
                }
                if count == 1 { spawnGate.pass() }
                return ThreadPool.spawn(argument)
            }
        }
        let log = log
        harness.proxy.pause()
        harness.proxy.runThread { _ in }
        // Its time passes while the one before it is being started.
        let options: TaskOptions = [.timeout(.seconds(2)), .retrying(1, .constant(.zero))]
        let handle = harness.proxy.runThread(name: "late", options: options) { _ in log.append("ran") }
        harness.proxy.runLater(after: .seconds(1), .coroutine { _ in })
        DispatchQueue.global().async { [proxy = harness.proxy] in _ = proxy.resume() }
        harness.iterate { handle.state == .running }
        harness.advance(by: .seconds(2))
        harness.iterate { handle.record.isCancelled }
        spawnGate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["ran"])
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(handle.snapshot.attempt, 2)
    }

    /// Runs a coroutine whose time is up after ten seconds, and whose cancel hook then waits for the gate.
    ///
    /// - Returns: What ends its body.
    private func runWithSlowHook() -> CoroutineGate {
        let (gate, log, end) = (gate, log, CoroutineGate())
        harness.proxy.addCoroutine(options: .timeout(.seconds(10))) { _ in
            await withTaskCancellationHandler {
                log.append("began")
                await end.pass()
            } onCancel: {
                log.append("told")
                gate.pass()
            }
        }
        return end
    }

    private func letGo(_ end: CoroutineGate) {
        gate.open()
        end.open()
        harness.settle()
    }

    func testACancelHookThatTakesItsTimeHoldsUpNoOtherTimer() {
        let end = runWithSlowHook()
        let later = harness.proxy.runLater(after: .seconds(20), .thread { _ in })
        harness.iterate { log.count == 1 }
        harness.advance(by: .seconds(10))
        harness.iterate { log.count == 2 }
        harness.clock.advance(by: .seconds(10))
        harness.iterate { later.state == .completed }
        letGo(end)
    }

    func testACancelHookThatTakesItsTimeHoldsUpNoStartOfTheSameMoment() {
        let end = runWithSlowHook()
        let same = harness.proxy.runLater(after: .seconds(10), .thread { _ in })
        harness.iterate { log.count == 1 }
        harness.clock.advance(by: .seconds(10))
        harness.iterate { log.count == 2 && same.state == .completed }
        letGo(end)
    }
}
