import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// A body that runs again when it throws.
final class RetryTests: XCTestCase {
    private let harness = EngineHarness {
        $0.maximumThreads = 1
        $0.random = { 0.5 }
    }
    private let gate = ThreadGate()
    private let log = Journal<String>()

    /// Fails as often as told, each time with the number of the attempt, and then results in that.
    private func failing(_ count: Int) -> @Sendable (ExecutionContext) throws -> Int {
        let attempts = Guarded(0)
        return { [log] _ in
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            log.append("attempt \(attempt)")
            guard attempt > count else { throw TestFailure(number: attempt) }
            return attempt
        }
    }

    /// Waits until an attempt has failed and the task waits for the next one.
    private func waitForRetry<Success>(_ handle: TaskHandle<Success>, after attempt: Int) {
        harness.iterate { handle.snapshot.attempt == attempt && handle.snapshot.nextStart != nil }
    }

    func testPromise02ItStaysRunningAndTellsWhenItGoesOn() {
        let log = log
        let events = harness.eventLog()
        let options = TaskOptions.retrying(3, .exponential(initial: .seconds(1), jitter: 0.5))
        let handle = harness.proxy.runThread(name: "task", options: options, failing(3)) { _ in log.append("done") }
        var expected = Duration.zero
        for (attempt, delay) in [(1, Duration.milliseconds(750)), (2, .milliseconds(1500)), (3, .seconds(3))] {
            waitForRetry(handle, after: attempt)
            expected += delay
            XCTAssertEqual(handle.state, .running)
            XCTAssertEqual(handle.snapshot.nextStart?.uptime, expected)
            harness.iterate { harness.tasks[id: handle.id]?.nextStart?.uptime == expected }
            XCTAssertEqual(harness.tasks[id: handle.id]?.state, .running)
            XCTAssertEqual(harness.tasks[id: handle.id]?.attempt, attempt)
            harness.advance(by: delay - .nanoseconds(1))
            XCTAssertEqual(handle.snapshot.attempt, attempt)
            harness.advance(by: .nanoseconds(1))
        }
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 4)
        XCTAssertEqual(handle.snapshot.attempt, 4)
        XCTAssertEqual(log.values, ["attempt 1", "attempt 2", "attempt 3", "attempt 4", "done"])
        XCTAssertEqual(
            events.values,
            [
                "task submitted", "task started", "task retrying 2 after 0.75 seconds",
                "task retrying 3 after 1.5 seconds", "task retrying 4 after 3.0 seconds", "task completed",
            ]
        )
        harness.expectNoTimer()
    }

    func testTheLastErrorIsTheTasks() {
        let log = log
        let options = TaskOptions.retrying(2, .constant(.zero))
        let handle = harness.proxy.runThread(options: options, failing(9)) { _ in log.append("done") }
        harness.settle()
        XCTAssertEqual(handle.error as? TestFailure, TestFailure(number: 3))
        XCTAssertEqual(log.values, ["attempt 1", "attempt 2", "attempt 3", "done"])
    }

    func testACoroutineIsRetriedWithoutATraceOfTheAttemptBefore() {
        let (log, attempts) = (log, Guarded(0))
        let handle = harness.proxy.addCoroutine(options: .retrying(1, .constant(.zero))) { context in
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            log.append("\(attempt) \(Task.isCancelled) \(context.isCancelled)")
            if attempt == 1 { throw TestFailure() }
            return attempt
        }
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 2)
        XCTAssertEqual(log.values, ["1 false false", "2 false false"])
    }

    func testWhileItWaitsItHoldsNoSlot() {
        let handle = harness.proxy.runThread(options: .retrying(1, .constant(.seconds(10))), failing(1))
        waitForRetry(handle, after: 1)
        let other = harness.proxy.runThread { _ in 7 }
        harness.run { _ = try await other.value }
        XCTAssertEqual(handle.state, .running)
        harness.advance(by: .seconds(10))
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }

    func testPromise12CancelledWhileItWaitsItEndsAtOnce() {
        let log = log
        let handle = harness.proxy.runThread(options: .retrying(1, .constant(.seconds(10))), failing(1)) {
            log.append("done \($0.state)")
        }
        waitForRetry(handle, after: 1)
        XCTAssertTrue(handle.cancel())
        XCTAssertEqual(handle.state, .cancelled)
        harness.expectNoTimer()
        harness.advance(by: .seconds(10))
        harness.settle()
        XCTAssertEqual(log.values, ["attempt 1", "done cancelled"])
    }

    func testCancelledWhileItsErrorIsJudgedItEndsWithoutAnotherAttempt() {
        let (log, gate, asked) = (log, gate, Journal<Void>())
        let options = TaskOptions.retrying(1, .constant(.zero)) { _ in
            asked.append(())
            gate.pass()
            return true
        }
        let handle = harness.proxy.runThread(options: options, failing(1)) { log.append("done \($0.state)") }
        harness.iterate { asked.count == 1 }
        XCTAssertTrue(handle.cancel())
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["attempt 1", "done cancelled"])
    }

    func testThePredicateMaySubmitAndDecides() {
        let (log, proxy) = (log, harness.proxy)
        let options = TaskOptions.retrying(5, .constant(.zero)) { error in
            proxy.addCoroutine(key: "other") { _ in }
            proxy.cancelTask(key: "nobody's")
            return (error as? TestFailure)?.number == 1
        }
        let handle = proxy.runThread(options: options, failing(9))
        harness.settle()
        XCTAssertEqual(handle.error as? TestFailure, TestFailure(number: 2))
        XCTAssertEqual(log.values, ["attempt 1", "attempt 2"])
    }

    func testWhatAnotherAttemptWouldMeetAgainIsNotRetriedByDefault() {
        let runs = Journal<Void>()
        let handle = harness.proxy.runThread(options: .retrying(3, .constant(.zero))) { context in
            runs.append(())
            try context.setTotal(0)
        }
        let cancelled = harness.proxy.runThread(options: .retrying(3, .constant(.zero))) { _ in
            runs.append(())
            throw CancellationError()
        }
        harness.settle()
        XCTAssertEqual((handle.error as? TaskerError)?.code, .invalidTotal)
        XCTAssertEqual(cancelled.state, .failed)
        XCTAssertEqual(runs.count, 2)
    }

    func testNoRetriesAndEndlessOnes() {
        for retries in [0, -1, Int.min] {
            let handle = harness.proxy.runThread(options: .retrying(retries, .constant(.zero)), failing(1))
            harness.settle()
            XCTAssertEqual(handle.snapshot.attempt, 1)
            XCTAssertEqual(handle.state, .failed)
        }
        let handle = harness.proxy.runThread(options: .retrying(.max, .constant(.zero)), failing(300))
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 301)
    }

    func testADelayIsWithinItsRange() {
        let tenYears = Duration.seconds(10 * 365 * 86_400)
        let handle = harness.proxy.runThread(options: .retrying(1, .constant(.seconds(Int64.max))), failing(1))
        waitForRetry(handle, after: 1)
        XCTAssertEqual(handle.snapshot.nextStart?.uptime, tenYears)
        handle.cancel()
        harness.settle()
    }

    func testEachAttemptBeginsWithoutProgress() {
        let (began, gate) = (Journal<Int>(), gate)
        let handle = harness.proxy.runThread(options: .retrying(1, .constant(.seconds(1)))) { context in
            began.append(1)
            if began.count == 2 { gate.pass() }
            context.setProgress(0.75)
            gate.pass()
            if began.count == 1 { throw TestFailure() }
        }
        harness.iterate { harness.tasks[id: handle.id]?.progress == 0.75 }
        gate.open()
        waitForRetry(handle, after: 1)
        harness.advance(by: .seconds(1))
        harness.iterate { began.count == 2 && harness.tasks[id: handle.id]?.attempt == 2 }
        XCTAssertNil(handle.progress)
        XCTAssertNil(harness.tasks[id: handle.id]?.progress)
        gate.open(for: 2)
        harness.settle()
        XCTAssertEqual(handle.progress, 1)
    }

    func testPromise08TheEventsOfEveryAttemptWaitForRoomAndArrive() {
        let (sent, received, attempts, ends) = (Journal<Void>(), Journal<Int>(), Guarded(0), Journal<Void>())
        let options: TaskOptions = [.timeout(.seconds(1)), .retrying(1, .constant(.zero))]
        let handle = harness.proxy.runThread(
            options: options,
            { context in
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                defer { ends.append(()) }
                for number in 0..<200 {
                    try context.sendEvent("row", attempt * 1000 + number)
                    sent.append(())
                }
            },
            whenEvent: { received.append((try? $0.value(as: Int.self)) ?? -1) }
        )
        // The loop does not run: the first attempt gets as far as the room goes.
        while sent.count < 64 { sched_yield() }
        harness.clock.advance(by: .seconds(1))
        while ends.count < 1 { sched_yield() }
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(received.values, Array(1000..<1064) + Array(2000..<2200))
    }

    func testEachAttemptHasAFlagAndACancellableOfItsOwn() {
        let (seen, cancellables, gate) = (Journal<Bool>(), Journal<Cancellable>(), gate)
        let options: TaskOptions = [.timeout(.seconds(1)), .retrying(1, .constant(.zero))]
        let handle = harness.proxy.runThread(options: options) { context in
            let cancellable = context.cancellable
            cancellables.append(cancellable)
            gate.pass()
            seen.append(context.isCancelled)
            seen.append(cancellable.isCancelled)
        }
        harness.iterate { cancellables.count == 1 }
        harness.advance(by: .seconds(1))
        harness.iterate { cancellables.values[0].isCancelled }
        gate.open()
        harness.iterate { cancellables.count == 2 }
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(seen.values, [true, true, false, false])
        XCTAssertNil(handle.cancelReason)
    }

    func testPromise04AnAttemptThatTheSystemGivesNoThreadIsRetried() {
        let refusals = Guarded(2)
        let harness = EngineHarness {
            $0.spawnThread = { argument in
                let isRefused = refusals.withLock { refusals in
                    refusals -= 1
                    return refusals >= 0
                }
                return isRefused ? EAGAIN : ThreadPool.spawn(argument)
            }
        }
        let options = TaskOptions.retrying(3, .constant(.seconds(1)))
        let handle = harness.proxy.runThread(options: options) { _ in 7 }
        for _ in 0..<2 {
            harness.iterate { handle.snapshot.nextStart != nil }
            harness.advance(by: .seconds(1))
        }
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 7)
        XCTAssertEqual(handle.snapshot.attempt, 3)
    }

    func testASystemWithoutThreadsIsNotAskedAgainAtOnce() {
        let asked = Journal<Void>()
        let harness = EngineHarness {
            $0.spawnThread = { _ in
                asked.append(())
                return EAGAIN
            }
        }
        let handle = harness.proxy.runThread(options: .retrying(.max, .constant(.zero))) { _ in }
        harness.iterate { handle.snapshot.nextStart != nil }
        XCTAssertEqual(asked.count, 1)
        handle.cancel()
        harness.settle()
    }

    func testPromise34ThePredicateIsReleasedWhenTheTaskHasEnded() {
        let released = Journal<Void>()
        let handle = retrying(with: Witness { released.append(()) })
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        // The list keeps the task's snapshot.
        XCTAssertNotNil(harness.tasks[id: handle.id])
        harness.iterate { released.count == 1 }
    }

    private func retrying(with witness: Witness) -> TaskHandle<Void> {
        let options = TaskOptions.retrying(1) { _ in withExtendedLifetime(witness) { true } }
        return harness.proxy.runThread(options: options) { _ in }
    }

    func testAPolicyThatTasksShare() {
        let policy = RetryPolicy(retries: 2, backoff: .constant(.seconds(1))) { ($0 as? TestFailure)?.number == 1 }
        let handles = (0..<2).map { _ in
            harness.proxy.runThread(options: [.hidden, .retrying(policy)], failing(1))
        }
        for handle in handles { waitForRetry(handle, after: 1) }
        harness.advance(by: .seconds(1))
        harness.iterate { handles.allSatisfy(\.state.isTerminal) }
        XCTAssertEqual(handles.map(\.state), [.completed, .completed])
        XCTAssertEqual(handles.map(\.snapshot.attempt), [2, 2])
    }
}
