import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 1–4, 16, 24: identity, states, ends.
final class LifeTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()

    private struct Failure: Error {}

    func testPromise01IdsAreUniqueAcrossManagersAndKeys() {
        let other = EngineHarness()
        var ids: [TaskID] = []
        for _ in 0..<50 {
            ids.append(harness.proxy.runThread(key: "key") { _ in }.id)
            ids.append(other.proxy.runThread(key: "key") { _ in }.id)
        }
        harness.settle()
        other.settle()
        XCTAssertEqual(Set(ids).count, 100)
        XCTAssertEqual(ids, ids.sorted())
    }

    func testPromise01TheCompletionOfAReplacedTaskIsItsOwn() {
        let ends = Journal<TaskID>()
        let results = Journal<Int?>()
        let done: @MainActor @Sendable (TaskHandle<Int>) -> Void = {
            ends.append($0.id)
            results.append(try? $0.result?.get())
        }
        let old = harness.proxy.runThread(
            key: "key",
            { [gate] _ in
                gate.pass()
                return 1
            },
            whenDone: done
        )
        let new = harness.proxy.runThread(key: "key", { _ in 2 }, whenDone: done)
        gate.open()
        harness.settle()
        XCTAssertEqual(ends.values, [old.id, new.id])
        XCTAssertEqual(results.values, [nil, 2])
    }

    func testPromise02And03StatesArePublishedAsTheyAre() {
        let emissions = harness.emissions()
        let first = harness.proxy.runThread { [gate] _ in gate.pass() }
        let second = harness.proxy.runThread { [gate] _ in gate.pass() }
        XCTAssertEqual(first.state, .running)
        XCTAssertEqual(second.state, .pending)
        harness.iterate { harness.tasks.count == 2 }
        XCTAssertEqual(harness.tasks.map(\.state), [.running, .pending])
        gate.open()
        harness.iterate { harness.tasks.map(\.state) == [.completed, .running] }
        gate.open()
        harness.settle()
        for handle in [first, second] {
            let states = emissions.values.compactMap { $0.tasks[id: handle.id]?.state }
            let order: [TaskState] = [.pending, .running, .completed]
            let steps = states.compactMap(order.firstIndex(of:))
            XCTAssertEqual(steps.count, states.count)
            XCTAssertEqual(steps, steps.sorted())
        }
    }

    func testPromise04EveryEndIsReachedOnce() {
        let ends = Journal<TaskState>()
        let done: @MainActor @Sendable (TaskHandle<Void>) -> Void = { ends.append($0.state) }
        let running = harness.proxy.runThread({ [gate] _ in gate.pass() }, whenDone: done)
        let pending = harness.proxy.runThread({ _ in XCTFail("It was cancelled.") }, whenDone: done)
        harness.proxy.runThread({ _ in throw Failure() }, whenDone: done)
        harness.proxy.addCoroutine({ _ in throw Failure() }, whenDone: done)
        harness.proxy.addCoroutine({ _ in }, whenDone: done)
        pending.cancel()
        running.cancel()
        gate.open()
        harness.settle()
        harness.dispatchPending()
        XCTAssertEqual(
            ends.values.map(\.rawValue).sorted(),
            ["cancelled", "cancelled", "completed", "failed", "failed"]
        )
        XCTAssertTrue(pending.error == nil)
    }

    func testPromise04AThrownErrorIsTheBodysOwn() {
        let handle = harness.proxy.runThread { _ in throw Failure() }
        harness.settle()
        XCTAssertTrue(handle.error is Failure)
        XCTAssertTrue(harness.tasks[id: handle.id]?.error is Failure)
        XCTAssertNil(harness.tasks[id: handle.id]?.cancelReason)
    }

    func testPromise04CancellationThrownWithoutACancelIsAFailure() {
        let handle = harness.proxy.runThread { _ in throw CancellationError() }
        harness.settle()
        XCTAssertEqual(handle.state, .failed)
    }

    func testPromise16ACancelledTaskThatCompletesIsCancelled() async {
        let began = ThreadGate()
        let handle = harness.proxy.runThread { [gate] _ in
            began.open()
            gate.pass()
            return "partial"
        }
        began.pass()
        handle.cancel()
        gate.open()
        do {
            _ = try await handle.value
            XCTFail("The result was to be dropped.")
        } catch {
            XCTAssertTrue(error is CancellationError)
        }
        XCTAssertEqual(handle.state, .cancelled)
    }

    func testPromise24OnlyCompletionSetsProgress() {
        let completed = harness.proxy.runThread { $0.setProgress(0.25) }
        let failed = harness.proxy.runThread { context in
            context.setProgress(0.25)
            throw Failure()
        }
        let cancelled = harness.proxy.runThread { [gate] context in
            context.setProgress(0.25)
            gate.pass()
        }
        harness.iterate { cancelled.progress == 0.25 }
        cancelled.cancel()
        gate.open()
        harness.settle()
        XCTAssertEqual(harness.tasks[id: completed.id]?.progress, 1)
        XCTAssertEqual(harness.tasks[id: failed.id]?.progress, 0.25)
        XCTAssertEqual(harness.tasks[id: cancelled.id]?.progress, 0.25)
    }

    func testPromise24WhatABodyLeavesBehindChangesNothingAfterTheEnd() {
        let contexts = Journal<ExecutionContext>()
        let handle = harness.proxy.runThread { contexts.append($0) }
        harness.run { _ = try await handle.value }
        for context in contexts.values {
            context.setProgress(0.5)
            context.setMessage("late")
            context.flush()
        }
        XCTAssertEqual(handle.progress, 1)
        harness.settle()
        harness.dispatchPending()
        XCTAssertEqual(harness.tasks[id: handle.id]?.progress, 1)
        XCTAssertNil(harness.tasks[id: handle.id]?.message)
    }
}
