import Dispatch
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// From background to main: `onMain`, and promises 14, 28 and 29 where they touch it.
final class OnMainTests: XCTestCase {
    private struct Failure: Error, Equatable {
        let number: Int
    }

    private let harness = EngineHarness()
    private let log = Journal<String>()

    func testAThreadGetsTheValueFromTheMainThread() throws {
        let handle = harness.proxy.runThread { context in
            try context.onMain { MainContext.default.isOwner && Thread.isMainThread ? 7 : 0 }
        }
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 7)
    }

    func testACoroutineGetsTheValueFromTheMainThread() throws {
        let handle = harness.proxy.addCoroutine { context in
            try await context.onMain { MainContext.default.isOwner && Thread.isMainThread ? 7 : 0 }
        }
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 7)
    }

    func testOnOutputOfACommandGetsTheValueFromTheMainThread() {
        let log = log
        harness.proxy.runCommand(
            Command("echo", arguments: ["line"]),
            onOutput: { line, context in
                let isMain = try? context.onMain { MainContext.default.isOwner }
                log.append("\(line.text) \(isMain == true)")
            }
        )
        harness.settle()
        XCTAssertEqual(log.values, ["line true"])
    }

    func testAnErrorArrivesAsItWasThrown() {
        let thread = harness.proxy.runThread { context in try context.onMain { throw Failure(number: 1) } }
        let coroutine = harness.proxy.addCoroutine { context in
            try await context.onMain { throw Failure(number: 2) }
        }
        harness.settle()
        XCTAssertEqual(thread.error as? Failure, Failure(number: 1))
        XCTAssertEqual(coroutine.error as? Failure, Failure(number: 2))
    }

    func testWhatWasSentBeforeArrivesBeforeAndWhenDoneAfter() {
        let log = log
        harness.proxy.runThread(
            { context in
                for number in 0..<10 {
                    try context.sendEvent("event", number)
                    try context.onMain { log.append("call \(number)") }
                }
            },
            whenDone: { _ in log.append("done") },
            whenEvent: { log.append("event \((try? $0.value(as: Int.self)) ?? -1)") }
        )
        harness.settle()
        XCTAssertEqual(log.values, (0..<10).flatMap { ["event \($0)", "call \($0)"] } + ["done"])
    }

    func testOnTheMainThreadItIsCalledAtOnce() throws {
        let log = log
        let handle = harness.proxy.runThread { context in
            try context.onMain {
                log.append("outer")
                let inner = try context.onMain {
                    log.append("inner")
                    return 5
                }
                log.append("after")
                return inner
            }
        }
        harness.settle()
        XCTAssertEqual(log.values, ["outer", "inner", "after"])
        XCTAssertEqual(try handle.result?.get(), 5)
    }

    func testOnTheMainActorItIsCalledAtOnce() throws {
        let log = log
        let handle = harness.proxy.addCoroutine { context in
            try await Task { @MainActor in
                let value = try await context.onMain {
                    log.append("called")
                    return 5
                }
                log.append("after")
                return value
            }.value
        }
        harness.settle()
        XCTAssertEqual(log.values, ["called", "after"])
        XCTAssertEqual(try handle.result?.get(), 5)
    }

    func testAThreadThatIsCancelledBeforeTheCallBeginsIsReleasedAndItNeverRuns() {
        checkCancelBeforeBegin { log in
            harness.proxy.runThread { context in
                log.append("began")
                do {
                    try context.onMain { log.append("ran") }
                } catch {
                    log.append("\(error is CancellationError)")
                    throw error
                }
            }
        }
    }

    func testACoroutineThatIsCancelledBeforeTheCallBeginsIsReleasedAndItNeverRuns() {
        checkCancelBeforeBegin { log in
            harness.proxy.addCoroutine { context in
                log.append("began")
                do {
                    try await context.onMain { log.append("ran") }
                } catch {
                    log.append("\(error is CancellationError)")
                    throw error
                }
            }
        }
    }

    /// Here the main thread stands still until the body has left, so the call cannot begin.
    private func checkCancelBeforeBegin(_ submit: (Journal<String>) -> TaskHandle<Void>) {
        let handle = submit(log)
        while log.count < 1 { sched_yield() }
        XCTAssertTrue(handle.cancel())
        while log.count < 2 { sched_yield() }
        harness.settle()
        XCTAssertEqual(log.values, ["began", "true"])
        XCTAssertEqual(handle.state, .cancelled)
    }

    func testATaskThatWasCancelledAlreadyDoesNotCall() {
        let (log, gate) = (log, ThreadGate())
        let handle = harness.proxy.runThread { context in
            log.append("began")
            gate.pass()
            try context.onMain { log.append("ran") }
        }
        while log.count < 1 { sched_yield() }
        handle.cancel()
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["began"])
        XCTAssertEqual(handle.state, .cancelled)
    }

    func testASwiftTaskOfTheBodyThatIsCancelledIsReleasedAndTheTaskGoesOn() throws {
        let (log, gate) = (log, ThreadGate())
        let handle = harness.proxy.addCoroutine { context in
            let inner = Task {
                log.append("began")
                try await context.onMain { log.append("ran") }
            }
            inner.cancel()
            do { try await inner.value } catch { log.append("\(error is CancellationError)") }
            gate.open()
            return 3
        }
        // The main thread stands still until then.
        gate.pass()
        harness.settle()
        XCTAssertEqual(log.values, ["began", "true"])
        XCTAssertEqual(try handle.result?.get(), 3)
    }

    func testPromise02AThreadThatATaskLeftBehindCallsNothing() {
        let (contexts, log) = (Journal<ExecutionContext>(), log)
        harness.proxy.runThread { contexts.append($0) }
        harness.settle()
        DispatchQueue.global().async {
            do {
                try contexts.values[0].onMain { log.append("ran") }
            } catch {
                log.append("\(error is CancellationError)")
            }
        }
        harness.iterate { log.count == 1 }
        XCTAssertEqual(log.values, ["true"])
    }

    func testACallThatHasBegunIsWaitedFor() {
        let log = log
        let proxy = harness.proxy
        let handle = harness.proxy.runThread { context in
            let value = try context.onMain {
                log.append("cancelled \(proxy.cancelTask(id: context.taskID))")
                return 4
            }
            log.append("value \(value)")
        }
        harness.settle()
        XCTAssertEqual(log.values, ["cancelled true", "value 4"])
        XCTAssertEqual(handle.state, .cancelled)
    }

    func testPromise29ItComesToItsTurnAlthoughARedrawIsAlwaysDue() throws {
        let redraw = MainContext.default.addIdle(priority: .redraw) { .continue }
        defer { redraw.remove() }
        let handle = harness.proxy.runThread { context in try context.onMain { 7 } }
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 7)
    }

    func testManyThreadsCallAtOnce() {
        let log = log
        harness.proxy.runThread { context in
            DispatchQueue.concurrentPerform(iterations: 4) { thread in
                for number in 0..<100 { try? context.onMain { log.append("\(thread) \(number)") } }
            }
        }
        harness.settle()
        for thread in 0..<4 {
            XCTAssertEqual(
                log.values.filter { $0.hasPrefix("\(thread) ") },
                (0..<100).map { "\(thread) \($0)" }
            )
        }
    }

    func testPromise34CallsLeaveNothingBehindInTheTask() {
        final class Token: Sendable {
            let released: Journal<Void>

            init(_ released: Journal<Void>) {
                self.released = released
            }

            deinit {
                released.append(())
            }
        }
        let (released, counts) = (Journal<Void>(), Journal<Int>())
        harness.proxy.runThread { context in
            for _ in 0..<100 {
                let token = Token(released)
                try context.onMain { _ = token }
            }
            counts.append(released.count)
        }
        harness.settle()
        // The last one's main-thread side may still be on its way out.
        XCTAssertGreaterThanOrEqual(counts.values.first ?? 0, 99)
    }
}
