import Tasker
import TestSupport
import XCTest

/// How a task's result is had, from anywhere.
final class ResultTests: XCTestCase {
    private let harness = EngineHarness()
    private let gate = ThreadGate()
    private let log = Journal<String>()

    private struct Failure: Error {}

    private actor Reader {
        func read(_ handle: TaskHandle<Int>) async throws -> Int {
            try await handle.value
        }
    }

    private func gated() -> TaskHandle<Int> {
        harness.proxy.runThread { [gate] _ in
            gate.pass()
            return 7
        }
    }

    func testWithoutWaiting() {
        let handle = gated()
        XCTAssertNil(handle.result)
        XCTAssertNil(handle.error)
        gate.open()
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 7)
    }

    func testFromTheMainActorAndFromAnother() {
        let (handle, log) = (gated(), log)
        Task { @MainActor in log.append("main \(try await handle.value)") }
        Task.detached { log.append("other \(try await Reader().read(handle))") }
        harness.dispatchPending()
        XCTAssertEqual(log.count, 0)
        gate.open()
        harness.iterate { log.count == 2 }
        XCTAssertEqual(log.values.sorted(), ["main 7", "other 7"])
        harness.settle()
    }

    func testTenThousandWait() {
        let (handle, values) = (gated(), Journal<Int>())
        for number in 0..<10_000 {
            Task.detached {
                values.append(
                    number.isMultiple(of: 2) ? try await handle.value : try await handle.value(timeout: .seconds(60))
                )
            }
        }
        harness.iterate { harness.clock.sleeperCount == 5000 }
        gate.open()
        harness.iterate { values.count == 10_000 }
        XCTAssertEqual(Set(values.values), [7])
        harness.iterate { harness.clock.sleeperCount == 0 }
        harness.settle()
    }

    // MARK: - Not for ever

    func testAWaitThatTakesTooLongLeavesTheTaskRunning() {
        let (handle, log) = (gated(), log)
        Task.detached {
            do { log.append("\(try await handle.value(timeout: .seconds(5)))") } catch { log.append(label(error)) }
        }
        harness.iterate { harness.clock.sleeperCount == 1 }
        harness.clock.advance(by: .milliseconds(4999))
        harness.dispatchPending()
        XCTAssertEqual(log.count, 0)
        harness.clock.advance(by: .milliseconds(1))
        harness.iterate { log.count == 1 }
        XCTAssertEqual(log.values, ["waitTimedOut"])
        XCTAssertEqual(handle.state, .running)
        XCTAssertNil(handle.cancelReason)
        gate.open()
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 7)
    }

    func testAnEndedTasksValueIsHadHoweverShortTheWait() {
        let handle = gated()
        gate.open()
        harness.settle()
        harness.run {
            for timeout in [Duration.zero, .seconds(-1), .seconds(Int64.min), .seconds(Int64.max)] {
                for _ in 0..<200 {
                    let value = try await handle.value(timeout: timeout)
                    XCTAssertEqual(value, 7)
                }
            }
        }
    }

    func testNoTimeAtAllIsTooLittleForATaskThatRuns() {
        let (handle, log) = (gated(), log)
        harness.run {
            for timeout in [Duration.zero, .seconds(-1), .seconds(Int64.min)] {
                do { _ = try await handle.value(timeout: timeout) } catch { log.append(label(error)) }
            }
        }
        XCTAssertEqual(log.values, Array(repeating: "waitTimedOut", count: 3))
        gate.open()
        harness.settle()
    }

    // MARK: - Cancelling

    func testCancellingWhoWaitsCancelsTheTaskOnlyIfThatIsForwarded() {
        for isForwarded in [false, true] {
            let (handle, log) = (gated(), Journal<String>())
            let waiter = Task.detached {
                do {
                    _ = try await handle.value(timeout: .seconds(60), forwardingCancellation: isForwarded)
                } catch {
                    log.append(label(error))
                }
            }
            harness.iterate { harness.clock.sleeperCount == 1 }
            waiter.cancel()
            harness.iterate { log.count == 1 }
            XCTAssertEqual(log.values, ["CancellationError"])
            XCTAssertEqual(handle.cancelReason, isForwarded ? .user : nil)
            gate.open()
            harness.settle()
            XCTAssertEqual(handle.state, isForwarded ? .cancelled : .completed)
        }
    }

    func testWhatIsThrownIsTheTasksOwn() {
        let failing = harness.proxy.runThread { _ -> Int in throw Failure() }
        let cancelled = gated()
        cancelled.cancel()
        gate.open()
        let log = log
        harness.run {
            for handle in [failing, cancelled] {
                do { _ = try await handle.value } catch { log.append(label(error)) }
                do { _ = try await handle.value(timeout: .seconds(1)) } catch { log.append(label(error)) }
            }
        }
        XCTAssertEqual(log.values, ["Failure", "Failure", "CancellationError", "CancellationError"])
        harness.settle()
    }

    // MARK: - Idle

    func testPromise33WaitingForIdleCanTakeTooLong() {
        let (handle, log) = (gated(), log)
        Task.detached { [proxy = harness.proxy] in
            do { try await proxy.waitUntilIdle(timeout: .seconds(5)) } catch { log.append(label(error)) }
        }
        harness.iterate { harness.clock.sleeperCount == 1 }
        harness.clock.advance(by: .seconds(5))
        harness.iterate { log.count == 1 }
        XCTAssertEqual(log.values, ["waitTimedOut"])
        XCTAssertEqual(handle.state, .running)
        gate.open()
        harness.run { [proxy = harness.proxy] in try await proxy.waitUntilIdle(timeout: .seconds(5)) }
        harness.run { [proxy = harness.proxy] in
            for _ in 0..<200 { try await proxy.waitUntilIdle(timeout: .zero) }
        }
    }

    // MARK: - Progress from outside

    func testProgressFromOutsideIsAFractionWhateverTheTotal() {
        let harness = EngineHarness()
        let began = Journal<Void>()
        let handle = harness.proxy.runThread { [gate] context in
            try context.setTotal(20)
            began.append(())
            gate.pass()
        }
        harness.iterate { began.count == 1 }
        XCTAssertTrue(harness.proxy.updateProgress(0.5, id: handle.id))
        XCTAssertEqual(handle.progress, 0.5)
        gate.open()
        harness.settle()
    }

    func testProgressCanBeSetFromOutsideWhileTheTaskRuns() {
        let harness = EngineHarness {
            $0.maximumThreads = 1
            $0.publicationInterval = .zero
        }
        let proxy = harness.proxy
        let handle = harness.runGated(gate)
        let waiting = proxy.runThread { _ in }
        XCTAssertTrue(proxy.updateProgress(0.5, id: handle.id))
        harness.iterate { harness.tasks[id: handle.id]?.progress == 0.5 }
        XCTAssertTrue(proxy.updateProgress(.nan, id: handle.id))
        XCTAssertTrue(proxy.updateProgress(-.infinity, id: handle.id))
        XCTAssertEqual(handle.progress, 0.5)
        XCTAssertTrue(proxy.updateProgress(17, id: handle.id))
        XCTAssertEqual(handle.progress, 1)
        XCTAssertFalse(proxy.updateProgress(0.5, id: waiting.id))
        gate.open()
        harness.settle()
        XCTAssertFalse(proxy.updateProgress(0.5, id: handle.id))
    }
}

private func label(_ error: any Error) -> String {
    (error as? TaskerError)?.code.description ?? "\(type(of: error))"
}
