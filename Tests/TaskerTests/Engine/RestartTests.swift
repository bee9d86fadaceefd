import Tasker
import TestSupport
import XCTest

/// Promise 31 and what follows on it: a manager that is started again, and several side by side.
final class RestartTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 2 }
    private let gate = ThreadGate()

    private struct Failure: Error {}

    private func shutDown() {
        harness.run { [proxy = harness.proxy] in await proxy.shutdown() }
    }

    private func code(_ handle: TaskHandle<some Sendable>) -> TaskerError.Code? {
        (handle.error as? TaskerError)?.code
    }

    func testANewManagerRunsAndStartingItChangesNothing() {
        XCTAssertTrue(harness.proxy.isRunning)
        XCTAssertTrue(harness.proxy.start())
        XCTAssertTrue(harness.proxy.start())
        XCTAssertTrue(harness.proxy.isRunning)
    }

    func testPromise31AfterARestartEverythingWorks() {
        let labels = harness.labels()
        for round in 0..<3 {
            harness.proxy.runThread(name: "before \(round)") { _ in }
            shutDown()
            XCTAssertFalse(harness.proxy.isRunning)
            XCTAssertEqual(code(harness.proxy.runThread { _ in }), .shutDown)
            XCTAssertTrue(harness.proxy.start())
            XCTAssertTrue(harness.proxy.isRunning)
            everything("round \(round)")
            XCTAssertTrue(labels.values.contains("before \(round) completed"))
            XCTAssertTrue(labels.values.contains("round \(round) completed"))
        }
        let statistics = harness.proxy.statistics
        XCTAssertEqual(statistics.count(in: .pending) + statistics.count(in: .running), 0)
        XCTAssertEqual(statistics.total, 3 * 12)
    }

    /// Ten tasks, of each of the features one.
    private func everything(_ name: String) {
        let (proxy, attempts, iterations) = (harness.proxy, Journal<Void>(), Journal<Int>())
        let first = proxy.runThread(key: "key", name: name) { _ in 1 }
        let coroutine = proxy.addCoroutine { _ in 2 }
        let follower = proxy.runThread(options: .after(first, coroutine)) { _ in }
        let late = proxy.runLater(after: .seconds(1), .thread { _ in })
        let retried = proxy.runThread(options: .retrying(1, .constant(.seconds(1)))) { _ in
            attempts.append(())
            if attempts.count == 1 { throw Failure() }
        }
        let periodic = proxy.runPeriodic(
            every: .seconds(1),
            .thread { _ in },
            count: 2,
            whenIteration: { iterations.append($0.number) }
        )
        let grouped = proxy.runThread(options: .group("group")) { _ in }
        let hidden = proxy.runThread(options: .hidden) { _ in }
        let scoped = proxy.scope("scope").runThread { _ in }
        let abandoned = proxy.runThread { _ in }
        harness.iterate { retried.snapshot.nextStart != nil && iterations.count == 1 }
        harness.clock.advance(by: .seconds(1))
        harness.settle()
        let states = [follower, late, retried, periodic, grouped, hidden, scoped, abandoned].map(\.state)
        XCTAssertEqual(states, Array(repeating: .completed, count: 8))
        XCTAssertEqual(proxy.task(key: "key")?.id, first.id)
    }

    func testPromise31StartingDuringAShutdownIsRefused() {
        let (proxy, log) = (harness.proxy, Journal<String>())
        let running = proxy.runThread(
            { [gate] _ in gate.pass() },
            whenDone: { _ in log.append("done \(proxy.start())") }
        )
        Task.detached {
            await proxy.shutdown()
            log.append("shut down \(proxy.start())")
        }
        harness.iterate { !proxy.isRunning }
        XCTAssertFalse(proxy.start())
        XCTAssertFalse(proxy.isRunning)
        gate.open()
        harness.iterate { log.count == 2 }
        XCTAssertEqual(running.state, .completed)
        XCTAssertEqual(log.values, ["done false", "shut down true"])
    }

    func testPromise31ShutdownsAndStartsAtATimeEndWell() {
        let (proxy, ends, rounds) = (harness.proxy, Journal<TaskState>(), Journal<Void>())
        for _ in 0..<4 {
            Task.detached {
                for _ in 0..<50 {
                    await proxy.shutdown()
                    proxy.start()
                }
                rounds.append(())
            }
        }
        for _ in 0..<1000 {
            proxy.runThread({ _ in }, whenDone: { ends.append($0.state) })
            harness.dispatchPending()
        }
        harness.iterate { rounds.count == 4 && ends.count == 1000 }
        proxy.start()
        let handle = proxy.runThread { _ in }
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }

    func testSeveralManagersHaveNothingToDoWithEachOther() {
        let other = EngineHarness { $0.maximumThreads = 1 }
        let (first, second) = (harness.runGated(gate, key: "key"), other.runGated(gate, key: "key"))
        XCTAssertEqual(other.proxy.cancelAll(), 1)
        XCTAssertNil(first.cancelReason)
        XCTAssertNil(other.proxy.task(id: first.id))
        let ended = Journal<Void>()
        Task.detached { [proxy = other.proxy] in
            await proxy.shutdown()
            ended.append(())
        }
        gate.open(for: 2)
        harness.iterate { ended.count == 1 }
        XCTAssertEqual(second.state, .cancelled)
        XCTAssertTrue(harness.proxy.isRunning)
        let next = harness.proxy.runThread { _ in }
        harness.settle()
        XCTAssertEqual([first.state, next.state], [.completed, .completed])
        XCTAssertEqual(harness.tasks.map(\.id), [first.id, next.id])
        XCTAssertEqual(other.tasks.map(\.id), [second.id])
    }
}
