import Tasker
import TestSupport
import XCTest

/// Tasks that have failed or were cancelled, and that somebody starts again.
final class UserRetryTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let log = Journal<String>()
    private let gate = ThreadGate()

    private var proxy: TaskManagerProxy { harness.proxy }

    /// Submits a task that fails.
    private func fail(key: String? = nil, options: TaskOptions = .retryable) -> TaskHandle<Void> {
        let handle = proxy.runThread(key: key, options: options) { _ in throw TestFailure() }
        harness.settle()
        return handle
    }

    // MARK: - What comes

    func testTheNewTaskIsAsTheOldOneWasAndTakesItsPlace() {
        let emissions = harness.emissions()
        let old = proxy.runThread(
            key: "key",
            name: "name",
            priority: .high,
            metadata: ["a": "b"],
            options: [.retryable, .group("group")],
            { [log] context in
                try context.sendEvent("attempt", log.count)
                guard log.count > 0 else { throw TestFailure(number: 7) }
            },
            whenDone: { [log] in log.append("\($0.id == $0.snapshot.id) \($0.state)") },
            whenEvent: { [log] in log.append("event \((try? $0.value(as: Int.self)) ?? -1)") }
        )
        harness.settle()
        XCTAssertEqual(harness.tasks.map(\.isRetryable), [true])
        let new = old.retry()
        harness.settle()
        XCTAssertEqual(log.values, ["event 0", "true failed", "event 2", "true completed"])
        XCTAssertEqual(harness.tasks.map(\.id), [new?.id])
        XCTAssertEqual(proxy.tasks().map(\.id), [new?.id])
        XCTAssertEqual(proxy.task(key: "key")?.id, new?.id)
        XCTAssertNil(proxy.task(id: old.id))
        XCTAssertEqual(emissions.values.flatMap(\.tasks.changes.removed), [old.id])
        let task = harness.tasks.first
        XCTAssertEqual([task?.key, task?.name, task?.group], ["key", "name", "group"])
        XCTAssertEqual(task?.priority, .high)
        XCTAssertEqual(task?.metadata, ["a": "b"])
        XCTAssertEqual(task?.isRetryable, false, "It has completed.")
        // What was told of the old one stays true.
        XCTAssertEqual(old.state, .failed)
        XCTAssertEqual(old.error as? TestFailure, TestFailure(number: 7))
        XCTAssertEqual(proxy.statistics.total, 2)
    }

    func testItMayBeStartedAgainAsOftenAsItFails() {
        var id = fail().id
        for _ in 0..<3 {
            guard let next = proxy.retryTask(id: id) else { return XCTFail("It can be started again.") }
            harness.settle()
            XCTAssertEqual(harness.tasks.map(\.id), [next])
            XCTAssertEqual(harness.tasks.map(\.isRetryable), [true])
            id = next
        }
    }

    func testACancelledOneMayBeStartedAgainWhetherItHadBegunOrNot() {
        let running = harness.runGated(gate, options: .retryable)
        let waiting = proxy.runThread(options: .retryable) { [log] _ in log.append("ran") }
        for task in [running, waiting] { task.cancel() }
        gate.open(for: 2)
        harness.settle()
        XCTAssertEqual(harness.tasks.map(\.isRetryable), [true, true])
        let new = [running.retry(), waiting.retry()]
        harness.settle()
        XCTAssertEqual(new.map { $0?.state }, [.completed, .completed])
        XCTAssertEqual(new.map { $0?.cancelReason }, [nil, nil])
        XCTAssertEqual(log.values, ["ran"])
    }

    func testACompletionMayStartItAgain() {
        proxy.runThread(
            options: .retryable,
            { _ in throw TestFailure() },
            whenDone: { [log] task in
                log.append("done")
                if log.count < 3 { XCTAssertNotNil(task.retry()) }
            }
        )
        harness.settle()
        XCTAssertEqual(log.count, 3)
        XCTAssertEqual(harness.tasks.count, 1)
    }

    func testEveryKindOfWorkIsStartedAgain() {
        struct Unknown: ProcessTask {
            func run(_ context: ExecutionContext) -> Int { 0 }
        }
        let command = Command("sh", arguments: ["-c", "exit 3"])
        let ids = [
            proxy.addCoroutine(options: .retryable) { _ in throw TestFailure() }.id,
            proxy.runThread(options: .retryable) { _ in throw TestFailure() }.id,
            // Its worker does not know it.
            proxy.runProcess(Unknown(), options: .retryable).id,
            proxy.runCommand(command, options: .retryable).id,
        ]
        harness.settle()
        func look() -> [String] {
            harness.tasks.map { "\($0.kind) \($0.name == "sh") \($0.error.map { "\(type(of: $0))" } ?? "")" }
        }
        let before = look()
        let new = ids.map { proxy.retryTask(id: $0) }
        harness.settle()
        XCTAssertEqual(harness.tasks.map(\.id), new)
        XCTAssertEqual(look(), before)
    }

    func testADelayCountsAnew() {
        let old = proxy.runLater(after: .seconds(10), .thread { [log] _ in log.append("ran") }, options: .retryable)
        harness.clock.advance(by: .seconds(6))
        old.cancel()
        harness.settle()
        let new = old.retry()
        harness.advance(by: .seconds(6))
        XCTAssertEqual(new?.state, .pending)
        harness.advance(by: .seconds(4))
        harness.settle()
        XCTAssertEqual(new?.state, .completed)
        XCTAssertEqual(log.values, ["ran"])
    }

    func testAPeriodicTaskBeginsItsIterationsAnew() {
        let old = proxy.runPeriodic(
            every: .seconds(10),
            .thread { [log] _ in
                log.append("ran")
                if log.values.count(where: { $0 == "ran" }) == 2 { throw TestFailure() }
            },
            options: .retryable,
            count: 2,
            whenIteration: { [log] in log.append("\($0.number)") }
        )
        harness.iterate { log.count == 2 }
        harness.advance(by: .seconds(10))
        harness.settle()
        XCTAssertEqual(old.state, .failed)
        let new = old.retry()
        harness.iterate { log.count == 6 }
        harness.advance(by: .seconds(10))
        harness.settle()
        XCTAssertEqual(new?.state, .completed)
        XCTAssertEqual(log.values, ["ran", "1", "ran", "2", "ran", "1", "ran", "2"])
    }

    func testItHasItsAttemptsAnew() {
        let old = fail(options: [.retryable, .retrying(2, .constant(.zero))])
        XCTAssertEqual(old.snapshot.attempt, 3)
        let new = old.retry()
        harness.settle()
        XCTAssertEqual(new?.snapshot.attempt, 3)
    }

    // MARK: - What does not

    func testNothingElseIsStartedAgain() {
        let running = harness.runGated(gate, options: .retryable)
        let waiting = proxy.runThread(options: .retryable) { _ in }
        for task in [running, waiting] {
            XCTAssertNil(task.retry())
            XCTAssertFalse(task.snapshot.isRetryable)
        }
        gate.open()
        harness.settle()
        let ordinary = fail(options: [])
        for task in [running, waiting, ordinary] {
            XCTAssertNil(task.retry())
            XCTAssertFalse(task.snapshot.isRetryable)
        }
        XCTAssertEqual(harness.tasks.map(\.isRetryable), [false, false, false])
        let other = EngineHarness()
        XCTAssertNil(other.proxy.retryTask(id: fail().id), "It is of another manager.")
        XCTAssertEqual(other.tasks.count, 0)
    }

    func testWhatIsNotKeptIsNotStartedAgain() {
        let removed = fail()
        XCTAssertTrue(removed.snapshot.isRetryable)
        proxy.removeFinishedTasks()
        let retried = fail()
        XCTAssertNotNil(retried.retry())
        for task in [removed, retried] {
            XCTAssertNil(task.retry())
            XCTAssertFalse(task.snapshot.isRetryable)
        }
        for limit in [0, 1] {
            let harness = EngineHarness {
                $0.maximumThreads = 1
                $0.finishedTaskLimit = limit
            }
            let events = Journal<Bool>()
            MainActor.assumeIsolated { [proxy = harness.proxy] in
                _ = proxy.taskEvents.connect { if case .failed = $0.kind { events.append($0.task.isRetryable) } }
            }
            let tasks = (0...limit).map { _ in harness.proxy.runThread(options: .retryable) { _ in throw TestFailure() }
            }
            harness.settle()
            XCTAssertNil(tasks[0].retry())
            XCTAssertEqual(harness.tasks.map(\.isRetryable), Array(repeating: true, count: limit))
            XCTAssertEqual(events.values, Array(repeating: limit > 0, count: limit + 1))
        }
    }

    func testAManagerThatWasShutDownStartsNothingAgainUntilItIsStarted() {
        let task = fail()
        harness.run { [proxy] in await proxy.shutdown() }
        XCTAssertNil(task.retry())
        XCTAssertEqual(harness.tasks.map(\.id), [task.id])
        proxy.start()
        XCTAssertNotNil(task.retry())
        harness.settle()
    }

    func testAScopeStartsItsTasksAgainUntilItIsClosed() {
        let scope = proxy.scope("scope")
        var tasks = (0..<2).map { _ in scope.runThread(options: .retryable) { _ in throw TestFailure() } }
        harness.settle()
        let new = tasks[0].retry()
        harness.settle()
        XCTAssertEqual(scope.tasks().map(\.id), [tasks[1].id, new?.id])
        XCTAssertEqual(MainActor.assumeIsolated { scope.manager.tasks.map(\.id) }, [tasks[1].id, new?.id])
        scope.close()
        tasks.append(scope.runThread(options: .retryable) { _ in })
        harness.settle()
        XCTAssertEqual(tasks[2].snapshot.isRetryable, false)
        for task in tasks { XCTAssertNil(task.retry()) }
        XCTAssertEqual(scope.tasks().count, 3)
    }

    // MARK: - Keys and room

    func testTheKeyPolicyHoldsForTheNewTask() {
        for (policy, isStarted) in [(KeyPolicy.replace, true), (.enqueue, true), (.keep, false)] {
            let old = fail(key: "key", options: [.retryable, .keyPolicy(policy)])
            let live = harness.runGated(gate, key: "key")
            XCTAssertEqual(old.retry() != nil, isStarted)
            XCTAssertEqual(proxy.task(id: old.id) == nil, isStarted)
            XCTAssertEqual(live.cancelReason, policy == .replace ? .keyReplaced : nil)
            gate.open()
            harness.settle()
        }
        let old = fail(key: "key", options: [.retryable, .keyPolicy(.reject)])
        let live = harness.runGated(gate, key: "key")
        let new = old.retry()
        XCTAssertEqual((new?.error as? TaskerError)?.code, .keyInUse)
        gate.open()
        harness.settle()
        // It has failed like any other.
        XCTAssertEqual(live.state, .completed)
        XCTAssertNotNil(new?.retry())
        harness.settle()
    }

    func testOneTooManyIsRefusedAndMayBeStartedAgain() {
        let harness = EngineHarness {
            $0.maximumThreads = 1
            $0.maximumPendingTasks = 1
        }
        let old = harness.proxy.runThread(options: .retryable) { _ in throw TestFailure() }
        harness.settle()
        _ = harness.runGated(gate)
        harness.proxy.runThread { _ in }
        let new = old.retry()
        XCTAssertEqual((new?.error as? TaskerError)?.code, .queueFull)
        gate.open()
        harness.settle()
        XCTAssertEqual(new?.retry()?.kind, .thread)
        harness.settle()
    }
}
