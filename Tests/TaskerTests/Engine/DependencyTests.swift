import Tasker
import TestSupport
import XCTest

/// Tasks that wait for other tasks of their manager; promises 2, 4, 6 and 17 for them.
final class DependencyTests: XCTestCase {
    private let harness = EngineHarness()
    private let gate = ThreadGate()
    private let log = Journal<String>()

    private struct Failure: Error {}

    /// Runs a thread that notes that it ran.
    private func follow(_ name: String, _ options: TaskOptions...) -> TaskHandle<Void> {
        let log = log
        return harness.proxy.runThread(
            name: name,
            options: TaskOptions(options),
            { _ in log.append(name) },
            whenDone: { log.append("\(name) \($0.state)") }
        )
    }

    private func fail() -> TaskHandle<Int> {
        harness.proxy.runThread { [gate] _ in
            gate.pass()
            throw Failure()
        }
    }

    private func code(_ handle: TaskHandle<some Sendable>) -> TaskerError.Code? {
        (handle.error as? TaskerError)?.code
    }

    // MARK: - Completed

    func testWhatSeveralOptionsNameAddsUp() {
        let other = ThreadGate()
        let first = harness.proxy.runThread { [gate] _ in gate.pass() }
        let second = harness.proxy.runThread { [other] _ in other.pass() }
        let third = follow("third", .after(first), .after(second))
        other.open()
        harness.iterate { harness.tasks[id: second.id]?.state == .completed }
        XCTAssertEqual(third.state, .pending)
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["third", "third completed"])
    }

    func testATaskStartsWhenAllThatItWaitsForHaveCompleted() {
        let other = ThreadGate()
        let number = harness.proxy.runThread { [gate] _ in
            gate.pass()
            return 1
        }
        let text = harness.proxy.runThread { _ in
            other.pass()
            return "text"
        }
        let follower = follow("follower", .after(number, text))
        gate.open()
        harness.iterate { number.state == .completed }
        XCTAssertEqual(follower.state, .pending)
        other.open()
        harness.settle()
        XCTAssertEqual(log.values, ["follower", "follower completed"])
    }

    func testAnArrayATwiceNamedTaskAndNoneAtAll() {
        let parts = (0..<50).map { number in harness.proxy.runThread { _ in number } }
        let all = follow("all", .after(parts))
        let twice = follow("twice", .after(parts[0], parts[0]))
        let none = follow("none", .after([TaskHandle<Int>]()))
        harness.settle()
        XCTAssertEqual([all, twice, none].map(\.state), [.completed, .completed, .completed])
        XCTAssertTrue(parts.allSatisfy { $0.state == .completed })
    }

    func testATaskThatHasEndedIsNotWaitedFor() {
        let completed = harness.proxy.runThread { _ in 1 }
        let failed = harness.proxy.runThread { _ -> Int in throw Failure() }
        let cancelled = harness.runGated(gate)
        cancelled.cancel()
        gate.open()
        harness.settle()
        XCTAssertEqual(cancelled.state, .cancelled)
        let handles = [
            follow("after completed", .after(completed)),
            follow("after failed", .after(completed, failed)),
            follow("after cancelled", .after(cancelled)),
            follow("regardless", .after(completed, failed, cancelled, runsRegardless: true)),
        ]
        harness.settle()
        XCTAssertEqual(handles.map(\.state), [.completed, .cancelled, .cancelled, .completed])
        XCTAssertEqual(handles.map(\.cancelReason), [nil, .dependencyFailed, .dependencyFailed, nil])
        XCTAssertEqual(Set(log.values).count, 6)
    }

    // MARK: - Failed

    func testPromise17AFailureCancelsWhatWaitsForItAndWhatWaitsForThat() {
        let first = fail()
        let second = follow("second", .after(first))
        let third = follow("third", .after(second))
        let fourth = follow("fourth", .after(first, third))
        let regardless = follow("regardless", .after([second, third], runsRegardless: true))
        gate.open()
        harness.settle()
        XCTAssertEqual(first.state, .failed)
        for handle in [second, third, fourth] {
            XCTAssertEqual(handle.state, .cancelled)
            XCTAssertEqual(handle.cancelReason, .dependencyFailed)
            XCTAssertNil(handle.snapshot.started)
        }
        XCTAssertEqual(regardless.state, .completed)
        XCTAssertEqual(
            log.values.sorted(),
            ["fourth cancelled", "regardless", "regardless completed", "second cancelled", "third cancelled"]
        )
    }

    func testPromise13ADependencyThatIsCancelledBeforeItStarts() {
        let blocker = harness.runGated(gate)
        let dependency = follow("dependency", .after(blocker))
        let follower = follow("follower", .after(dependency))
        let regardless = follow("regardless", .after(dependency, runsRegardless: true))
        XCTAssertTrue(dependency.cancel())
        XCTAssertEqual(dependency.cancelReason, .user)
        XCTAssertEqual([dependency.state, follower.state], [.cancelled, .cancelled])
        XCTAssertEqual(follower.cancelReason, .dependencyFailed)
        harness.iterate { regardless.state == .completed }
        XCTAssertEqual(blocker.state, .running)
        gate.open()
        harness.settle()
    }

    func testAnAbandonedTaskIsNotWaitedFor() {
        let abandoned = harness.runGated(gate, options: .abandonable)
        let follower = follow("follower", .after(abandoned, runsRegardless: true))
        let other = follow("other", .after(abandoned))
        abandoned.cancel()
        harness.settle()
        XCTAssertEqual([follower.state, other.state], [.completed, .cancelled])
        gate.open()
    }

    func testACancelledFollowerLeavesWhatItWaitedForAlone() {
        let dependency = harness.runGated(gate)
        let follower = follow("follower", .after(dependency))
        XCTAssertTrue(follower.cancel())
        gate.open()
        harness.settle()
        XCTAssertEqual([dependency.state, follower.state], [.completed, .cancelled])
        XCTAssertEqual(log.values, ["follower cancelled"])
    }

    // MARK: - Later

    func testADependencyCanBeAddedUntilTheTaskStarts() throws {
        let (first, second) = (harness.runGated(gate), ThreadGate())
        let late = harness.runGated(second)
        let follower = follow("follower", .after(first))
        XCTAssertTrue(try follower.addDependency(late))
        gate.open()
        harness.iterate { first.state == .completed }
        harness.dispatchPending()
        XCTAssertEqual(follower.state, .pending)
        XCTAssertFalse(try late.addDependency(first), "It has started.")
        XCTAssertFalse(try first.addDependency(late), "It has ended.")
        second.open()
        harness.settle()
        XCTAssertEqual(follower.state, .completed)
        XCTAssertFalse(try follower.addDependency(first))
    }

    func testAnEndedTaskCanBeAddedAsADependency() throws {
        let (completed, failed) = (harness.proxy.runThread { _ in }, harness.proxy.runThread { _ in throw Failure() })
        harness.settle()
        let blocker = harness.runGated(gate)
        let (follower, other) = (follow("follower", .after(blocker)), follow("other", .after(blocker)))
        XCTAssertTrue(try follower.addDependency(completed))
        XCTAssertTrue(try other.addDependency(failed))
        XCTAssertEqual(other.cancelReason, .dependencyFailed)
        let regardless = follow("regardless", .after(blocker, runsRegardless: true))
        XCTAssertTrue(try regardless.addDependency(failed))
        gate.open()
        harness.settle()
        XCTAssertEqual([follower, other, regardless].map(\.state), [.completed, .cancelled, .completed])
    }

    // MARK: - Circles

    func testACircleIsRefusedAtOnceAndChangesNothing() {
        let blocker = harness.runGated(gate)
        var chain = [follow("0", .after(blocker))]
        for number in 1..<20 { chain.append(follow("\(number)", .after(chain[number - 1]))) }
        for task in chain {
            XCTAssertThrowsError(try chain[0].addDependency(task)) { error in
                XCTAssertEqual((error as? TaskerError)?.code, .dependencyCycle)
            }
        }
        gate.open()
        harness.settle()
        XCTAssertTrue(chain.allSatisfy { $0.state == .completed })
    }

    func testACircleThroughTheTurnsOfAKeyIsRefused() throws {
        let blocker = harness.runGated(gate)
        let first = follow("first", .after(blocker), .keyPolicy(.enqueue))
        let line = (0..<3).map { _ in
            harness.proxy.runThread(key: "key", options: [.keyPolicy(.enqueue), .after(blocker)]) { _ in }
        }
        XCTAssertThrowsError(try line[0].addDependency(line[2]))
        XCTAssertTrue(try first.addDependency(line[2]))
        XCTAssertThrowsError(try line[0].addDependency(first))
        gate.open()
        harness.settle()
        XCTAssertTrue((line + [first]).allSatisfy { $0.state == .completed })
    }

    func testPromise18WhoWouldReplaceWhatItWaitsForIsRefusedAndTheLiveTaskUnharmed() {
        let live = harness.runGated(gate, key: "key")
        let between = follow("between", .after(live))
        for dependency in [live, between] {
            let refused = harness.proxy.runThread(key: "key", options: .after(dependency)) { _ in }
            XCTAssertEqual(code(refused), .dependencyCycle)
        }
        XCTAssertNil(live.cancelReason)
        let behind = harness.proxy.runThread(key: "key", options: [.after(live), .keyPolicy(.enqueue)]) { _ in }
        gate.open()
        harness.settle()
        XCTAssertEqual([live, between, behind].map(\.state), [.completed, .completed, .completed])
    }

    // MARK: - Together with others

    func testWhoWaitsForAPeriodicTaskWaitsForItsLastIteration() {
        let iterations = Journal<Int>()
        let periodic = harness.proxy.runPeriodic(
            every: .seconds(1),
            .thread { _ in },
            count: 3,
            whenIteration: { iterations.append($0.number) }
        )
        let follower = follow("follower", .after(periodic))
        for number in 1...3 {
            harness.iterate { iterations.count == number }
            if number < 3 { XCTAssertEqual(follower.state, .pending) }
            harness.clock.advance(by: .seconds(1))
        }
        harness.settle()
        XCTAssertEqual(follower.state, .completed)
    }

    func testWhoWaitsForARetriedTaskWaitsForItsLastAttempt() {
        let attempts = Journal<Void>()
        func retried(_ failures: Int) -> TaskHandle<Void> {
            harness.proxy.runThread(options: .retrying(1, .constant(.seconds(1)))) { _ in
                attempts.append(())
                if attempts.count <= failures { throw Failure() }
            }
        }
        for (failures, end) in [(1, TaskState.completed), (10, .cancelled)] {
            let (before, first) = (attempts.count, retried(failures))
            let follower = follow("follower", .after(first))
            harness.iterate { first.snapshot.nextStart != nil }
            XCTAssertEqual(attempts.count, before + 1)
            XCTAssertEqual(follower.state, .pending)
            harness.clock.advance(by: .seconds(1))
            harness.settle()
            XCTAssertEqual(follower.state, end)
        }
    }

    func testDependencyKeyAndDelayAllHoldATaskBack() {
        let (keyGate, log) = (ThreadGate(), log)
        let dependency = harness.runGated(gate)
        let holder = harness.runGated(keyGate, key: "key")
        let handle = harness.proxy.runLater(
            after: .seconds(10),
            .thread { _ in log.append("ran") },
            key: "key",
            options: [.after(dependency), .keyPolicy(.enqueue)]
        )
        gate.open()
        harness.iterate { dependency.state == .completed }
        XCTAssertEqual(handle.state, .pending)
        harness.clock.advance(by: .seconds(10))
        harness.dispatchPending()
        XCTAssertEqual(handle.state, .pending)
        keyGate.open()
        harness.settle()
        XCTAssertEqual(holder.state, .completed)
        XCTAssertEqual(log.values, ["ran"])
    }

    func testTheDelayStillHoldsWhenKeyAndDependencyLetGo() {
        let (keyGate, log) = (ThreadGate(), log)
        let (dependency, holder) = (harness.runGated(gate), harness.runGated(keyGate, key: "key"))
        let handle = harness.proxy.runLater(
            after: .seconds(10),
            .thread { _ in log.append("ran") },
            key: "key",
            options: [.after(dependency), .keyPolicy(.enqueue)]
        )
        gate.open()
        keyGate.open()
        harness.iterate { dependency.state == .completed && holder.state == .completed }
        harness.clock.advance(by: .seconds(9))
        harness.dispatchPending()
        XCTAssertEqual(handle.state, .pending)
        harness.clock.advance(by: .seconds(1))
        harness.settle()
        XCTAssertEqual(log.values, ["ran"])
    }

    // MARK: - Memory

    func testPromise34AChainDoesNotKeepTheResultsOfEarlierTasks() {
        let released = Journal<Int>()
        var last: TaskHandle<Witness>?
        for number in 0..<10 {
            let options: TaskOptions = last.map { .after($0) } ?? []
            last = harness.proxy.runThread(options: options) { _ in Witness { released.append(number) } }
        }
        harness.settle()
        XCTAssertEqual(last?.state, .completed)
        harness.iterate { released.count == 9 }
        XCTAssertEqual(released.values.sorted(), Array(0..<9))
    }
}
