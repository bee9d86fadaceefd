import Foundation
import TestSupport
import XCTest

@testable import Tasker

/// Promises 4, 18 and 28 where as many tasks wait as may.
final class QueueFullTests: XCTestCase {
    private let gate = ThreadGate()
    private let log = Journal<String>()

    private func harness(pending: Int, policy: QueueFullPolicy = .refuse) -> EngineHarness {
        EngineHarness {
            $0.maximumThreads = 1
            $0.maximumPendingTasks = pending
            $0.queueFullPolicy = policy
        }
    }

    private func code(_ handle: TaskHandle<some Sendable>) -> TaskerError.Code? {
        (handle.error as? TaskerError)?.code
    }

    // MARK: - Refusing

    func testPromise04OneTooManyFailsOnceAndNeverRuns() {
        let (harness, log) = (harness(pending: 2), log)
        let running = harness.runGated(gate)
        let waiting = (0..<2).map { _ in harness.proxy.runThread { _ in } }
        let refused = harness.proxy.runThread({ _ in log.append("ran") }, whenDone: { log.append("\($0.state)") })
        XCTAssertEqual(code(refused), .queueFull)
        XCTAssertEqual(log.values, [])
        harness.iterate { log.count == 1 }
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["failed"])
        XCTAssertEqual(([running] + waiting).map(\.state), [.completed, .completed, .completed])
        XCTAssertEqual(harness.proxy.statistics.count(in: .failed), 1)
    }

    func testPromise18AFullQueueDoesNotCostALiveTaskOfTheKey() {
        let harness = harness(pending: 1)
        let live = harness.runGated(gate, key: "key")
        let waiting = harness.proxy.runThread { _ in }
        let refused = harness.proxy.runThread(key: "key") { _ in }
        XCTAssertEqual(code(refused), .queueFull)
        XCTAssertNil(live.cancelReason)
        XCTAssertEqual(harness.proxy.runThread(key: "key", options: .keyPolicy(.keep)) { _ in }, live)
        gate.open()
        harness.settle()
        XCTAssertEqual([live.state, waiting.state], [.completed, .completed])
    }

    func testPromise18AReplacedTaskThatWaitsLeavesItsPlace() {
        let harness = harness(pending: 1)
        let running = harness.runGated(gate)
        let old = harness.proxy.runThread(key: "key") { _ in 1 }
        let new = harness.proxy.runThread(key: "key") { _ in 2 }
        XCTAssertEqual(old.cancelReason, .keyReplaced)
        gate.open()
        harness.settle()
        XCTAssertEqual(running.state, .completed)
        XCTAssertEqual(try new.result?.get(), 2)
    }

    func testWhatCanStartAtOnceIsNotRefused() {
        let harness = harness(pending: 1)
        let delayed = harness.proxy.runLater(after: .seconds(60), .thread { _ in })
        let handle = harness.proxy.runThread { _ in }
        XCTAssertNotEqual(handle.state, .failed)
        XCTAssertEqual(code(harness.proxy.runLater(after: .seconds(1), .thread { _ in })), .queueFull)
        delayed.cancel()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }

    func testALoweredLimitLosesNobodyAndARaisedOneTakesMore() {
        let harness = harness(pending: 3)
        _ = harness.runGated(gate)
        let waiting = (0..<3).map { _ in harness.proxy.runThread { _ in } }
        harness.proxy.setLimit(1, of: .pending)
        XCTAssertEqual(code(harness.proxy.runThread { _ in }), .queueFull)
        harness.proxy.setLimit(4, of: .pending)
        let more = harness.proxy.runThread { _ in }
        gate.open()
        harness.settle()
        XCTAssertTrue((waiting + [more]).allSatisfy { $0.state == .completed })
    }

    // MARK: - Waiting

    /// Submits from a thread of its own; the journal gets the handle when the call has returned.
    private func submitBeside(
        _ harness: EngineHarness,
        scope: TaskScope? = nil,
        key: String? = nil
    ) -> Journal<TaskHandle<Void>> {
        let (submitted, proxy) = (Journal<TaskHandle<Void>>(), harness.proxy)
        Thread.detachNewThread {
            submitted.append(scope?.runThread(key: key) { _ in } ?? proxy.runThread(key: key) { _ in })
        }
        return submitted
    }

    private func waitForWaiter(_ harness: EngineHarness) {
        harness.iterate { harness.proxy.scheduler.read { !$0.roomWaiters.isEmpty || !$0.submitters.isEmpty } }
    }

    func testAThreadWaitsUntilAWaitingTaskIsCancelled() {
        let harness = harness(pending: 1, policy: .wait)
        _ = harness.runGated(gate)
        let waiting = harness.proxy.runThread { _ in }
        let submitted = submitBeside(harness)
        waitForWaiter(harness)
        XCTAssertEqual(submitted.count, 0)
        waiting.cancel()
        harness.iterate { submitted.count == 1 }
        gate.open()
        harness.settle()
        XCTAssertEqual(submitted.values[0].state, .completed)
    }

    func testAThreadWaitsUntilAWaitingTaskStarts() {
        let harness = harness(pending: 1, policy: .wait)
        _ = harness.runGated(gate)
        let waiting = harness.proxy.runThread { [gate] _ in gate.pass() }
        let submitted = submitBeside(harness)
        waitForWaiter(harness)
        gate.open()
        harness.iterate { submitted.count == 1 }
        XCTAssertEqual(waiting.state, .running)
        gate.open()
        harness.settle()
    }

    func testAThreadWaitsUntilTheLimitIsRaised() {
        let harness = harness(pending: 1, policy: .wait)
        _ = harness.runGated(gate)
        harness.proxy.runThread { _ in }
        let submitted = submitBeside(harness)
        waitForWaiter(harness)
        harness.proxy.setLimit(nil, of: .pending)
        harness.iterate { submitted.count == 1 }
        gate.open()
        harness.settle()
    }

    func testPromise31AThreadThatWaitsIsRefusedAtShutdown() {
        let harness = harness(pending: 1, policy: .wait)
        _ = harness.runGated(gate)
        harness.proxy.runThread { _ in }
        let submitted = submitBeside(harness)
        waitForWaiter(harness)
        let (ended, proxy) = (Journal<Void>(), harness.proxy)
        Task.detached {
            await proxy.shutdown()
            ended.append(())
        }
        harness.iterate { submitted.count == 1 }
        XCTAssertEqual(code(submitted.values[0]), .shutDown)
        gate.open()
        harness.iterate { ended.count == 1 }
    }

    func testAThreadThatWaitsGoesOnWhenItsTaskCouldStart() {
        let harness = harness(pending: 1, policy: .wait)
        _ = harness.runGated(gate)
        let delayed = harness.proxy.runLater(after: .seconds(3600), .thread { _ in })
        let submitted = submitBeside(harness)
        waitForWaiter(harness)
        gate.open()
        harness.iterate { submitted.count == 1 }
        XCTAssertEqual(delayed.state, .pending)
        delayed.cancel()
        harness.settle()
    }

    func testAThreadThatWaitsIsRefusedWhenItsScopeIsClosed() {
        let harness = harness(pending: 1, policy: .wait)
        let scope = harness.proxy.scope("plugin")
        _ = harness.runGated(gate)
        harness.proxy.runThread { _ in }
        let submitted = submitBeside(harness, scope: scope)
        waitForWaiter(harness)
        scope.close()
        harness.iterate { submitted.count == 1 }
        XCTAssertEqual(code(submitted.values[0]), .scopeClosed)
        gate.open()
        harness.settle()
    }

    func testPromise28TheMainThreadNeverWaits() {
        let harness = harness(pending: 1, policy: .wait)
        _ = harness.runGated(gate)
        harness.proxy.runThread { _ in }
        XCTAssertEqual(code(harness.proxy.runThread { _ in }), .queueFull)
        gate.open()
        harness.settle()
    }

    func testManyThreadsThatWaitAllGetThrough() {
        let harness = harness(pending: 2, policy: .wait)
        let blocker = harness.runGated(gate)
        let submitted = (0..<8).map { _ in submitBeside(harness) }
        waitForWaiter(harness)
        gate.open()
        harness.iterate { submitted.allSatisfy { $0.count == 1 } }
        harness.settle()
        XCTAssertEqual(blocker.state, .completed)
        XCTAssertTrue(submitted.allSatisfy { $0.values[0].state == .completed })
    }

    // MARK: - Waiting for room

    func testWaitingForRoomReturnsAtOnceIfThereIsSome() {
        harness(pending: 1).run { [proxy = harness(pending: 1).proxy] in try await proxy.waitForRoom() }
        harness(pending: 1).run { try await TaskManagerProxy().waitForRoom() }
    }

    func testWaitingForRoomEndsWhenATaskStartsOrTheManagerEnds() {
        for shutsDown in [false, true] {
            let (harness, log) = (harness(pending: 1), Journal<String>())
            let proxy = harness.proxy
            _ = harness.runGated(gate)
            proxy.runThread { _ in }
            Task.detached {
                try await proxy.waitForRoom()
                log.append("room")
            }
            waitForWaiter(harness)
            XCTAssertEqual(log.values, [])
            if shutsDown { Task.detached { await proxy.shutdown() } } else { gate.open() }
            harness.iterate { log.count == 1 }
            if shutsDown { gate.open() }
            harness.settle()
        }
    }

    func testWaitingForRoomCanBeCancelled() {
        let (harness, log) = (harness(pending: 1), log)
        _ = harness.runGated(gate)
        harness.proxy.runThread { _ in }
        let waiter = Task.detached { [proxy = harness.proxy] in
            do { try await proxy.waitForRoom() } catch { log.append("\(type(of: error))") }
        }
        waitForWaiter(harness)
        waiter.cancel()
        harness.iterate { log.count == 1 }
        XCTAssertEqual(log.values, ["CancellationError"])
        XCTAssertTrue(harness.proxy.scheduler.read { $0.roomWaiters.isEmpty })
        gate.open()
        harness.settle()
    }
}
