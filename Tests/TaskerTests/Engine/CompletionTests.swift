import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 6 and 7: when and where completions run.
final class CompletionTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()
    private let log = Journal<String>()

    func testPromise06WhenDoneRunsExactlyOnceAlsoWhenCancelledBeforeStart() {
        let began = Journal<Void>()
        let running = harness.proxy.runThread(
            { [gate] _ in
                began.append(())
                gate.pass()
            },
            whenDone: { [log] _ in log.append("running") }
        )
        harness.iterate { began.count == 1 }
        let pending = harness.proxy.runThread({ _ in }, whenDone: { [log] _ in log.append("pending") })
        XCTAssertTrue(pending.cancel())
        XCTAssertTrue(running.cancel())
        XCTAssertEqual(log.values, [], "It ran inside the call that cancelled.")
        harness.iterate { log.count == 1 }
        gate.open()
        harness.settle()
        harness.dispatchPending()
        XCTAssertEqual(log.values, ["pending", "running"])
    }

    func testPromise06WhenDoneRunsOnMainAfterTheSubmittingCall() {
        let context = MainContext.default
        harness.proxy.addCoroutine({ _ in }, whenDone: { [log] _ in log.append("done, owner: \(context.isOwner)") })
        log.append("submitted")
        harness.settle()
        XCTAssertEqual(log.values, ["submitted", "done, owner: true"])
    }

    func testPromise06WhenDoneMaySubmitAndCancel() {
        let (proxy, log, gate) = (harness.proxy, log, gate)
        let submit: @MainActor @Sendable (TaskHandle<Void>) -> Void = { _ in
            proxy.runThread({ _ in gate.pass() }, whenDone: { log.append("running \($0.state)") })
            proxy.runThread({ _ in }, whenDone: { log.append("pending \($0.state)") }).cancel()
            proxy.cancelAll()
            log.append("first")
            gate.open()
        }
        proxy.runThread({ _ in }, whenDone: submit)
        harness.settle()
        XCTAssertEqual(log.values.first, "first")
        XCTAssertEqual(log.values.dropFirst().sorted(), ["pending cancelled", "running cancelled"])
    }

    func testPromise06WhatTheCallbacksOwnIsReleased() {
        final class Owned: Sendable {}
        weak var watch: Owned?
        do {
            let owned = Owned()
            watch = owned
            let pending: TaskHandle<Void>
            harness.proxy.runThread(
                { [gate] _ in
                    gate.pass()
                    _ = owned
                },
                whenDone: { _ in _ = owned },
                whenEvent: { _ in _ = owned }
            )
            pending = harness.proxy.runThread({ _ in _ = owned }, whenDone: { _ in _ = owned })
            pending.cancel()
        }
        XCTAssertNotNil(watch)
        gate.open()
        harness.settle()
        harness.iterate { watch == nil }
    }

    func testPromise07OneEmissionAndThenTheCompletionsInTheOrderOfTheirEnds() {
        let (proxy, log) = (harness.proxy, log)
        MainActor.assumeIsolated {
            _ = proxy.tasksUpdated.connect { tasks, _ in
                log.append("updated \(tasks.filter(\.state.isTerminal).count)")
            }
        }
        proxy.runThread { [gate] _ in gate.pass() }
        let pending = (0..<3).map { number in
            proxy.runThread({ _ in }, whenDone: { _ in log.append("done \(number)") })
        }
        for handle in [pending[2], pending[0], pending[1]] { handle.cancel() }
        harness.iterate { log.count == 4 }
        XCTAssertEqual(log.values, ["updated 3", "done 2", "done 0", "done 1"])
        gate.open()
        harness.settle()
    }

    func testPromise07NothingOfATaskFollowsItsEnd() {
        let emissions = harness.emissions()
        let handle = harness.proxy.runThread { context in
            for step in 0..<1000 { context.setProgress(Double(step) / 1000) }
        }
        harness.settle()
        harness.proxy.runThread { _ in }
        harness.settle()
        harness.dispatchPending()
        let after = emissions.values.drop { $0.tasks[id: handle.id]?.state.isTerminal != true }.dropFirst()
        XCTAssertFalse(after.contains { $0.tasks.changes.changed.contains(handle.id) })
    }

    func testPromise33WaitUntilIdleReturnsAfterTheLastCompletionAlsoOnTheMainActor() {
        let (proxy, log) = (harness.proxy, log)
        proxy.runThread(
            { _ in },
            whenDone: { _ in
                log.append("first")
                proxy.addCoroutine({ _ in }, whenDone: { _ in log.append("second") })
            }
        )
        Task { @MainActor in
            try await proxy.waitUntilIdle()
            log.append("idle")
        }
        harness.iterate { log.values.contains("idle") }
        XCTAssertEqual(log.values, ["first", "second", "idle"])
    }

    func testPromise33CancellingTheWaiterLeavesTheTaskAlone() {
        let (proxy, log) = (harness.proxy, log)
        let handle = proxy.runThread { [gate] _ in gate.pass() }
        let waiter = Task.detached {
            do { try await proxy.waitUntilIdle() } catch { log.append("\(error is CancellationError)") }
        }
        waiter.cancel()
        harness.iterate { log.count == 1 }
        XCTAssertEqual(log.values, ["true"])
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }
}
