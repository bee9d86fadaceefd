import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Events whose sender waits until the main thread has handled them.
final class EventWaitTests: XCTestCase {
    private let harness = EngineHarness()
    private let log = Journal<String>()

    func testAThreadGoesOnWhenTheHandlerHasRun() {
        let log = log
        harness.proxy.runThread(
            { context in
                for number in 0..<10 {
                    try context.sendEventAndWait("event", number)
                    log.append("after \(number)")
                }
                try context.sendEventAndWait("last")
                log.append("after last")
            },
            whenEvent: { log.append("\($0.name) \((try? $0.value(as: Int.self)).map { "\($0)" } ?? "empty")") }
        )
        harness.settle()
        XCTAssertEqual(
            log.values,
            (0..<10).flatMap { ["event \($0)", "after \($0)"] } + ["last empty", "after last"]
        )
    }

    func testACoroutineGoesOnWhenTheHandlerHasRun() {
        let log = log
        harness.proxy.addCoroutine(
            { context in
                try await context.sendEventAndWait("first", 1)
                log.append("after")
                try await context.sendEventAndWait("second")
                log.append("after")
            },
            whenEvent: { log.append($0.name) }
        )
        harness.settle()
        XCTAssertEqual(log.values, ["first", "after", "second", "after"])
    }

    func testWithoutAHandlerNobodyWaits() {
        let gate = ThreadGate()
        harness.proxy.runThread { context in
            try context.sendEventAndWait("event", 1)
            gate.open()
        }
        // The main thread stands still until then.
        gate.pass()
        harness.settle()
    }

    func testAThreadThatIsCancelledIsReleasedAndItsEventIsHandledBeforeTheEnd_8_9() {
        let log = log
        let handle = harness.proxy.runThread(
            { context in
                log.append("began")
                do {
                    try context.sendEventAndWait("event")
                } catch {
                    log.append("\(error is CancellationError)")
                    throw error
                }
            },
            whenDone: { log.append($0.state.rawValue) },
            whenEvent: { log.append($0.name) }
        )
        while log.count < 1 { sched_yield() }
        XCTAssertTrue(handle.cancel())
        while log.count < 2 { sched_yield() }
        harness.settle()
        XCTAssertEqual(log.values, ["began", "true", "event", "cancelled"])
    }

    func testASwiftTaskOfTheBodyThatIsCancelledIsReleasedAndTheTaskGoesOn() throws {
        let (log, gate) = (log, ThreadGate())
        let handle = harness.proxy.addCoroutine(
            { context in
                let inner = Task { try await context.sendEventAndWait("event") }
                inner.cancel()
                do { try await inner.value } catch { log.append("\(error is CancellationError)") }
                gate.open()
                return 3
            },
            whenEvent: { log.append($0.name) }
        )
        gate.pass()
        harness.settle()
        XCTAssertEqual(log.values, ["true", "event"])
        XCTAssertEqual(try handle.result?.get(), 3)
    }

    func testTheMainThreadDoesNotWaitForItself_28() {
        let log = log
        harness.proxy.runThread(
            { context in
                try context.onMain {
                    try context.sendEventAndWait("event")
                    log.append("after")
                }
            },
            whenEvent: { log.append($0.name) }
        )
        harness.settle()
        XCTAssertEqual(log.values, ["after", "event"])
    }

    func testOnTheMainActorTheHandlerIsWaitedForWhileTheLoopRuns() {
        let log = log
        harness.proxy.addCoroutine(
            { context in
                try await Task { @MainActor in
                    try await context.sendEventAndWait("event")
                    log.append("after")
                }.value
            },
            whenEvent: { log.append($0.name) }
        )
        harness.settle()
        XCTAssertEqual(log.values, ["event", "after"])
    }

    func testAThreadThatATaskLeftBehindIsReleased() {
        let (contexts, log) = (Journal<ExecutionContext>(), log)
        harness.proxy.runThread({ contexts.append($0) }, whenEvent: { log.append($0.name) })
        harness.settle()
        DispatchQueue.global().async {
            do {
                try contexts.values[0].sendEventAndWait("event")
            } catch {
                log.append("\(error is CancellationError)")
            }
        }
        harness.iterate { log.count > 0 }
        XCTAssertEqual(log.values.last, "true")
    }
}
