import CTaskerGLib
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 12–15 and 17: cancelling.
final class CancelTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()

    func testPromise12CancelTellsWhetherItChangedAnything() {
        let handle = harness.proxy.runThread(key: "key") { [gate] _ in gate.pass() }
        XCTAssertTrue(handle.cancel())
        XCTAssertFalse(handle.cancel())
        XCTAssertFalse(harness.proxy.cancelTask(key: "key"))
        XCTAssertFalse(harness.proxy.cancelTask(key: "nobody's"))
        gate.open()
        harness.settle()
        XCTAssertFalse(harness.proxy.cancelTask(id: handle.id))
        XCTAssertEqual(harness.proxy.cancelAll(), 0)
        XCTAssertEqual(handle.state, .cancelled)
    }

    func testPromise12CancellingAFinishedTaskChangesNothing() {
        let handle = harness.proxy.runThread { _ in 7 }
        harness.settle()
        XCTAssertFalse(handle.cancel())
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(try handle.result?.get(), 7)
        XCTAssertNil(handle.cancelReason)
    }

    func testPromise17AReasonOfOnesOwnIsKeptAndTheFirstStays() {
        let reason = CancelReason(rawValue: "windowClosed")
        let running = harness.proxy.runThread { [gate] _ in gate.pass() }
        let pending = harness.proxy.runThread(key: "key") { _ in }
        XCTAssertTrue(running.cancel(reason: reason))
        XCTAssertTrue(harness.proxy.cancelTask(key: "key", reason: reason))
        XCTAssertFalse(running.cancel())
        XCTAssertEqual(harness.proxy.cancelAll(), 0)
        gate.open()
        harness.settle()
        XCTAssertEqual([running.cancelReason, pending.cancelReason], [reason, reason])
        XCTAssertEqual([running.state, pending.state], [.cancelled, .cancelled])
    }

    func testPromise15WhoCancelsForATimeoutMakesTheTaskFailWhetherItRunsOrNot() {
        let running = harness.proxy.runThread { [gate] _ in gate.pass() }
        let pending = harness.proxy.runThread { _ in }
        harness.iterate { running.state == .running }
        XCTAssertEqual(harness.proxy.cancelAll(reason: .timeout), 2)
        gate.open()
        harness.settle()
        XCTAssertEqual([running.state, pending.state], [.failed, .failed])
        for handle in [running, pending] {
            XCTAssertEqual((handle.error as? TaskerError)?.code, .timedOut)
            XCTAssertEqual(handle.cancelReason, .timeout)
        }
    }

    func testPromise13APendingTaskLeavesAtOnceAndNeverRuns() {
        let runs = Journal<Int>()
        harness.proxy.runThread { [gate] _ in gate.pass() }
        let pending = (0..<10).map { number in harness.proxy.runThread { _ in runs.append(number) } }
        pending[3].cancel()
        XCTAssertEqual(pending[3].state, .cancelled)
        harness.iterate { harness.tasks[id: pending[3].id]?.state == .cancelled }
        gate.open()
        harness.settle()
        XCTAssertEqual(runs.values, [0, 1, 2, 4, 5, 6, 7, 8, 9])
    }

    func testPromise14ARunningCoroutineSeesSwiftsCancellation() {
        let seen = Journal<Bool>()
        let (began, open) = (Journal<Void>(), CoroutineGate())
        let handle = harness.proxy.addCoroutine { context in
            began.append(())
            await withTaskCancellationHandler {
                await open.pass()
            } onCancel: {
                open.open()
            }
            seen.append(Task.isCancelled)
            seen.append(context.isCancelled)
            try context.checkCancellation()
        }
        harness.iterate { began.count == 1 }
        handle.cancel()
        harness.settle()
        XCTAssertEqual(seen.values, [true, true])
        XCTAssertEqual(handle.state, .cancelled)
    }

    func testPromise14ARunningThreadSeesTheFlagAndATriggeredCancellable() {
        let seen = Journal<Bool>()
        let gate = gate
        let handle = harness.proxy.runThread { context in
            let early = context.cancellable
            seen.append(context.isCancelled)
            seen.append(early.isCancelled)
            gate.pass()
            seen.append(context.isCancelled)
            seen.append(early.isCancelled)
            seen.append(g_cancellable_is_cancelled(context.cancellable.pointer) != 0)
        }
        harness.iterate { seen.count == 2 }
        handle.cancel()
        gate.open()
        harness.settle()
        XCTAssertEqual(seen.values, [false, false, true, true, true])
    }

    func testPromise14ACancellableAskedForAfterTheCancelIsTriggered() {
        let seen = Journal<Bool>()
        let gate = gate
        let handle = harness.proxy.runThread { context in
            gate.pass()
            seen.append(context.cancellable.isCancelled)
        }
        handle.cancel()
        gate.open()
        harness.settle()
        XCTAssertEqual(seen.values.filter { !$0 }, [])
    }

    func testPromise15ACancelledTaskIsRunningUntilItsBodyHasEnded() {
        let began = Journal<Void>()
        let handle = harness.proxy.runThread { [gate] _ in
            began.append(())
            gate.pass()
        }
        harness.iterate { began.count == 1 }
        handle.cancel()
        harness.iterate { harness.tasks[id: handle.id]?.isCancelRequested == true }
        XCTAssertEqual(harness.tasks[id: handle.id]?.state, .running)
        gate.open()
        harness.settle()
        XCTAssertEqual(harness.tasks[id: handle.id]?.state, .cancelled)
    }

    func testPromise15AnAbandonableTaskIsCancelledAtOnceAndItsResultDropped() {
        let (began, ended, done) = (Journal<Void>(), Journal<Void>(), Journal<TaskState>())
        let handle = harness.proxy.runThread(
            options: .abandonable,
            { [gate] context in
                began.append(())
                gate.pass()
                context.setProgress(0.5)
                ended.append(())
                return 7
            },
            whenDone: { done.append($0.state) }
        )
        harness.iterate { began.count == 1 }
        handle.cancel()
        XCTAssertEqual(handle.state, .cancelled)
        harness.settle()
        XCTAssertEqual(done.values, [.cancelled])
        XCTAssertEqual(ended.count, 0)
        gate.open()
        harness.iterate { ended.count == 1 }
        // The next task needs the slot, so that body has ended by then.
        harness.proxy.runThread { _ in }
        harness.settle()
        XCTAssertEqual(done.values, [.cancelled])
        XCTAssertThrowsError(try handle.result?.get())
        XCTAssertNil(handle.progress)
    }

    func testPromise17TheReasonIsShown() {
        let (gate, proxy, began) = (gate, harness.proxy, Journal<Void>())
        let replaced = proxy.runThread(key: "key") { _ in
            began.append(())
            gate.pass()
        }
        harness.iterate { began.count == 1 }
        let user = proxy.runThread(key: "key") { _ in }
        user.cancel()
        let third = proxy.runThread { _ in }
        gate.open()
        harness.iterate { replaced.state.isTerminal && third.state.isTerminal }
        let pending = proxy.runThread { _ in gate.pass() }
        let last = proxy.runThread { _ in }
        harness.run { [gate] in
            async let end = proxy.shutdown()
            _ = try? await last.value
            gate.open()
            _ = await end
        }
        XCTAssertEqual(harness.tasks[id: replaced.id]?.cancelReason, .keyReplaced)
        XCTAssertEqual(harness.tasks[id: user.id]?.cancelReason, .user)
        XCTAssertEqual(harness.tasks[id: last.id]?.cancelReason, .shutdown)
        XCTAssertEqual(pending.state, .completed)
        XCTAssertNil(harness.tasks[id: pending.id]?.cancelReason)
    }
}
