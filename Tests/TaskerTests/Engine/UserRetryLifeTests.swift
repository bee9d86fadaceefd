import Dispatch
import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// What is kept of a task that may be started again, for how long, and what happens at the same moment.
final class UserRetryLifeTests: XCTestCase {
    private final class Owned: Sendable {}

    private let gate = ThreadGate()
    private let log = Journal<String>()

    /// Submits a body that fails as long as `fails` says so, and owns something.
    private func submit(
        to proxy: TaskManagerProxy,
        _ options: TaskOptions,
        fails: @escaping @Sendable () -> Bool = { true }
    ) -> (task: TaskHandle<Void>, owned: WeakReference<Owned>) {
        let owned = Owned()
        let task = proxy.runThread(options: options) { _ in
            try withExtendedLifetime(owned) { if fails() { throw TestFailure() } }
        }
        return (task, WeakReference(owned))
    }

    // MARK: - What is kept

    func testTheBodyOfAnyOtherTaskIsReleasedWhenItEnds() {
        let harness = EngineHarness()
        let (failed, released) = submit(to: harness.proxy, [])
        let (completed, releasedToo) = submit(to: harness.proxy, .retryable) { false }
        harness.settle()
        harness.iterate { released.object == nil && releasedToo.object == nil }
        XCTAssertEqual([failed.state, completed.state], [.failed, .completed])
    }

    func testTheBodyIsKeptAsLongAsTheEndedTask() {
        let harness = EngineHarness { $0.finishedTaskAge = .seconds(60) }
        for end in [{ $0.removeFinishedTasks() }, { _ in harness.clock.advance(by: .seconds(60)) }]
            as [(TaskManagerProxy) -> Void]
        {
            let (task, owned) = submit(to: harness.proxy, .retryable)
            harness.settle()
            XCTAssertNotNil(owned.object)
            end(harness.proxy)
            harness.iterate { owned.object == nil }
            XCTAssertEqual(task.state, .failed, "The handle is there, and tells what it told.")
        }
    }

    func testTheBodyIsReleasedWhenOthersTakeItsPlaceInTheList() {
        let harness = EngineHarness { $0.finishedTaskLimit = 1 }
        let (_, owned) = submit(to: harness.proxy, .retryable)
        harness.settle()
        XCTAssertNotNil(owned.object)
        harness.proxy.runThread { _ in }
        harness.settle()
        harness.iterate { owned.object == nil }
    }

    func testTheCallbacksAreReleasedOnTheMainThreadWhoeverPushesTheTaskOut() {
        final class Widget: @unchecked Sendable {
            // `@unchecked` because it is immutable.
            let ends: Journal<Bool>
            init(_ ends: Journal<Bool>) { self.ends = ends }
            deinit { ends.append(MainContext.default.isOwner) }
        }
        let harness = EngineHarness { $0.finishedTaskLimit = 1 }
        let ends = Journal<Bool>()
        func submit() {
            let widget = Widget(ends)
            harness.proxy.runThread(options: .retryable) { _ in
                throw CancellationError()
            } whenDone: { [widget] _ in
                withExtendedLifetime(widget) {}
            }
        }
        for round in 1...20 {
            submit()
            harness.settle()
            harness.proxy.runThread { _ in }
            harness.settle()
            ends.wait(forCount: round)
        }
        XCTAssertEqual(ends.values, Array(repeating: true, count: 20))
    }

    func testTheBodyIsReleasedWhenTheNewTaskCompletes() {
        let harness = EngineHarness()
        let (task, owned) = submit(to: harness.proxy, .retryable) { [log] in
            log.append("")
            return log.count < 3
        }
        harness.settle()
        let second = task.retry()
        harness.settle()
        XCTAssertNotNil(owned.object)
        let third = second?.retry()
        harness.settle()
        XCTAssertEqual(third?.state, .completed)
        harness.iterate { owned.object == nil }
    }

    func testTheBodyIsReleasedUnderNoLock() {
        let harness = EngineHarness()
        let proxy = harness.proxy
        do {
            let witness = Witness { [log] in log.append("\(proxy.isRunning)") }
            proxy.runThread(options: .retryable) { _ in try withExtendedLifetime(witness) { throw TestFailure() } }
        }
        harness.settle()
        XCTAssertEqual(log.count, 0)
        proxy.removeFinishedTasks()
        harness.iterate { log.values == ["true"] }
    }

    func testPromise34WhatIsKeptDoesNotKeepTheManager() {
        weak var scheduler: Scheduler?
        let owned = {
            let harness = EngineHarness()
            scheduler = harness.proxy.scheduler
            let (first, _) = submit(to: harness.proxy, .retryable)
            let scope = harness.proxy.scope("scope")
            scope.runThread(options: [.retryable, .after(first)]) { _ in }
            let (_, owned) = submit(to: harness.proxy, [.retryable, .after(first, runsRegardless: true)])
            harness.settle()
            XCTAssertEqual(harness.tasks.map(\.isRetryable), [true, true, true])
            return owned
        }()
        EngineHarness().iterate { scheduler == nil && owned.object == nil }
    }

    // MARK: - Dependencies

    func testItWaitsForTheTaskInWhosePlaceAnotherWasStarted() {
        let harness = EngineHarness()
        let (first, _) = submit(to: harness.proxy, .retryable) { [log, gate] in
            log.append("")
            if log.count == 2 { gate.pass() }
            return log.count == 1
        }
        let second = harness.proxy.runThread(options: [.retryable, .after(first)]) { _ in }
        harness.settle()
        XCTAssertEqual(second.cancelReason, .dependencyFailed)
        // The first one has failed, and nobody has started it again.
        let tooSoon = second.retry()
        XCTAssertEqual(tooSoon?.cancelReason, .dependencyFailed)
        let firstAgain = first.retry()
        let secondAgain = tooSoon?.retry()
        harness.iterate { log.count == 2 }
        XCTAssertEqual(secondAgain?.state, .pending)
        gate.open()
        harness.settle()
        XCTAssertEqual([firstAgain?.state, secondAgain?.state], [.completed, .completed])
    }

    func testItWaitsForATaskThatHasNotEndedAndStartsWhenThatHasCompletedLongAgo() {
        let (harness, other) = (EngineHarness(), EngineHarness())
        for proxy in [harness.proxy, other.proxy] {
            let first = proxy.runThread { [gate] _ in gate.pass() }
            let second = harness.proxy.runThread(options: [.retryable, .after(first)]) { _ in }
            second.cancel()
            let again = second.retry()
            XCTAssertEqual(again?.state, .pending)
            again?.cancel()
            gate.open()
            for harness in [harness, other] { harness.settle() }
            other.proxy.removeFinishedTasks()
            let last = again?.retry()
            harness.settle()
            XCTAssertEqual(last?.state, .completed)
        }
    }

    // MARK: - At the same moment

    func testOfManyAtATimeOneStartsIt() {
        let harness = EngineHarness()
        for _ in 0..<200 {
            let (task, _) = submit(to: harness.proxy, .retryable)
            harness.settle()
            let started = Journal<TaskID>()
            DispatchQueue.concurrentPerform(iterations: 4) { [proxy = harness.proxy] _ in
                if let id = proxy.retryTask(id: task.id) { started.append(id) }
            }
            harness.settle()
            XCTAssertEqual(harness.tasks.map(\.id), started.values)
            XCTAssertEqual(started.count, 1)
            harness.proxy.removeFinishedTasks()
        }
    }

    func testWhoRemovesAtTheSameMomentRemovesTheOldOneOrTheNewOneHasComeBefore() {
        let harness = EngineHarness()
        let ends = Journal<TaskID>()
        for _ in 0..<200 {
            let task = harness.proxy.runThread(
                options: .retryable,
                { _ in throw TestFailure() },
                whenDone: { ends.append($0.id) }
            )
            harness.settle()
            let started = Journal<TaskID>()
            DispatchQueue.concurrentPerform(iterations: 2) { [proxy = harness.proxy] number in
                if number == 0 {
                    proxy.removeFinishedTasks()
                } else if let id = proxy.retryTask(id: task.id) {
                    started.append(id)
                }
            }
            harness.settle()
            XCTAssertEqual(Array(ends.values.suffix(1 + started.count)), [task.id] + started.values)
            XCTAssertNil(harness.proxy.task(id: task.id))
            harness.proxy.removeFinishedTasks()
            harness.dispatchPending()
            XCTAssertEqual(harness.tasks.count, 0)
        }
    }
}

/// Something that this does not keep.
private struct WeakReference<Object: AnyObject & Sendable>: Sendable {
    weak let object: Object?

    init(_ object: Object) {
        self.object = object
    }
}
