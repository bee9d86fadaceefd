import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promise 31: the end of a manager.
final class ShutdownTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()
    private let log = Journal<String>()

    private func shutDown(_ name: String = "shut down") {
        Task.detached { [proxy = harness.proxy, log] in
            await proxy.shutdown(waitingFor: .seconds(10))
            log.append(name)
        }
    }

    func testPromise31ItRefusesNewWorkWithAClearError() {
        harness.run { [proxy = harness.proxy] in await proxy.shutdown() }
        let log = log
        let handle = harness.proxy.runThread(
            { _ in log.append("ran") },
            whenDone: { log.append("done \($0.state)") }
        )
        XCTAssertEqual((handle.error as? TaskerError)?.code, .shutDown)
        harness.settle()
        XCTAssertEqual(log.values, ["done failed"])
    }

    func testPromise31RunningWorkFinishesAndEveryCompletionHasRun() {
        let log = log
        harness.proxy.runThread({ [gate] _ in gate.pass() }, whenDone: { log.append("\($0.state)") })
        harness.proxy.runThread({ _ in }, whenDone: { log.append("\($0.state)") })
        shutDown()
        harness.iterate { log.count == 1 }
        gate.open()
        harness.iterate { log.values.contains("shut down") }
        XCTAssertEqual(log.values, ["cancelled", "completed", "shut down"])
    }

    func testPromise31TwiceIsSafe() {
        let log = log
        harness.proxy.runThread({ [gate] _ in gate.pass() }, whenDone: { _ in log.append("done") })
        shutDown()
        shutDown()
        harness.iterate { harness.clock.sleeperCount == 1 }
        gate.open()
        harness.iterate { log.count == 3 }
        shutDown()
        harness.iterate { log.count == 4 }
        XCTAssertEqual(log.values, ["done", "shut down", "shut down", "shut down"])
    }

    func testPromise31InsideACompletionIsSafe() {
        let (proxy, log) = (harness.proxy, log)
        proxy.runThread(
            { _ in },
            whenDone: { _ in
                Task {
                    await proxy.shutdown()
                    log.append("shut down")
                }
                log.append("done")
            }
        )
        harness.iterate { log.count == 2 }
        XCTAssertEqual(log.values, ["done", "shut down"])
    }

    func testPromise31DuringASubmitEveryTaskEndsOnce() {
        let (proxy, log, ends) = (harness.proxy, log, Journal<TaskState>())
        Task.detached {
            for _ in 0..<2000 { proxy.runThread({ _ in }, whenDone: { ends.append($0.state) }) }
            log.append("submitted")
        }
        harness.iterate { ends.count > 10 }
        shutDown()
        harness.iterate { log.count == 2 }
        harness.settle()
        harness.dispatchPending()
        XCTAssertEqual(ends.count, 2000)
        XCTAssertTrue(ends.values.allSatisfy(\.isTerminal))
    }

    func testPromise31WhatRunsAtTheDeadlineIsCancelledAndWhatIgnoresThatIsLeftBehind() {
        let (gate, clock, cancelled, began) = (gate, harness.clock, Journal<Bool>(), Journal<Void>())
        let handle = harness.proxy.runThread { context in
            began.append(())
            gate.pass()
            cancelled.append(context.isCancelled)
        }
        harness.iterate { began.count == 1 }
        shutDown()
        harness.iterate { clock.sleeperCount == 1 }
        XCTAssertNil(handle.cancelReason)
        clock.advance(by: .seconds(10))
        harness.iterate { handle.cancelReason == .shutdown && clock.sleeperCount == 1 }
        XCTAssertEqual(handle.state, .running)
        clock.advance(by: .seconds(100))
        harness.iterate { log.count == 1 }
        XCTAssertEqual(handle.state, .cancelled)
        gate.open()
        harness.iterate { cancelled.count == 1 }
        XCTAssertEqual(cancelled.values, [true])
        harness.dispatchPending()
        XCTAssertEqual(handle.state, .cancelled)
    }

    func testPromise31ACancelledAbandonableTaskIsNotWaitedFor() {
        let began = Journal<Void>()
        let handle = harness.proxy.runThread(options: TaskOptions(isAbandonable: true)) { [gate] _ in
            began.append(())
            gate.pass()
        }
        harness.iterate { began.count == 1 }
        shutDown()
        harness.iterate { harness.clock.sleeperCount == 1 }
        handle.cancel()
        harness.iterate { log.count == 1 }
        gate.open()
    }
}
