import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Work that is repeated, on the manual clock.
final class PeriodicTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()
    /// When iterations began, in seconds.
    private let begins = Journal<Int64>()
    private let log = Journal<String>()

    /// Notes a begin, and results in how many there were.
    private var note: @Sendable () -> Int {
        { [begins, clock = harness.clock] in
            begins.append(clock.now.offset.components.seconds)
            return begins.count
        }
    }

    /// An iteration that begins, and results in how many have.
    private var body: TaskBody<Int> {
        .thread { [note] _ in note() }
    }

    /// An iteration that takes until the gate is opened for it.
    private var gatedBody: TaskBody<Int> {
        .thread { [note, gate] _ in
            defer { gate.pass() }
            return note()
        }
    }

    /// Waits until a number of iterations have ended and the task waits for the next one.
    private func wait<Success>(_ handle: TaskHandle<Success>, for iteration: Int, line: UInt = #line) {
        harness.iterate(line: line) { handle.snapshot.iteration == iteration && handle.snapshot.nextStart != nil }
    }

    func testIterationsStandOnAGridWithoutDriftForEachKind() {
        for body in [body, .coroutine { [note] _ in note() }] {
            let start = harness.clock.now.offset.components.seconds
            let before = begins.count
            let handle = harness.proxy.runPeriodic(every: .seconds(10), body, after: .seconds(5), count: 20)
            XCTAssertEqual(handle.state, .pending)
            harness.advance(by: .seconds(5))
            for iteration in 1..<20 {
                wait(handle, for: iteration)
                XCTAssertEqual(handle.state, .running)
                XCTAssertEqual(handle.snapshot.nextStart?.uptime, .seconds(start + 5 + Int64(iteration) * 10))
                harness.advance(by: .seconds(10))
            }
            harness.settle()
            XCTAssertEqual(handle.state, .completed)
            XCTAssertEqual(begins.values.dropFirst(before), ArraySlice((0..<20).map { start + 5 + $0 * 10 }))
            harness.expectNoTimer()
        }
    }

    func testAnIterationThatTakesItsTimeDoesNotMoveTheNext() {
        let handle = harness.proxy.runPeriodic(every: .seconds(10), gatedBody, count: 5)
        for iteration in 1...5 {
            harness.iterate { begins.count == iteration }
            harness.advance(by: .seconds(7))
            gate.open()
            if iteration < 5 { wait(handle, for: iteration) }
            harness.advance(by: .seconds(3))
        }
        harness.settle()
        XCTAssertEqual(begins.values, [0, 10, 20, 30, 40])
    }

    func testOverrunsNeverOverlapAndSkipOrRunLate() {
        for (policy, expected) in [(OverrunPolicy.skip, [0, 30, 40]), (.runLate, [0, 25, 30])] {
            let harness = EngineHarness()
            let (begins, gate, clock) = (Journal<Int>(), ThreadGate(), harness.clock)
            let body = TaskBody<Void>.thread { _ in
                begins.append(Int(clock.now.offset.components.seconds))
                gate.pass()
            }
            let handle = harness.proxy.runPeriodic(every: .seconds(10), body, count: 3, overrun: policy)
            harness.iterate { begins.count == 1 }
            harness.advance(by: .seconds(25))
            harness.dispatchPending()
            XCTAssertEqual(begins.count, 1)
            gate.open()
            if policy == .skip { wait(handle, for: 1) } else { harness.iterate { begins.count == 2 } }
            gate.open()
            if policy == .runLate { wait(handle, for: 2) }
            harness.advance(by: .seconds(5))
            harness.iterate { begins.count == (policy == .skip ? 2 : 3) }
            gate.open()
            if policy == .skip {
                wait(handle, for: 2)
                harness.advance(by: .seconds(10))
            }
            harness.settle()
            XCTAssertEqual(begins.values, expected)
        }
    }

    func testASuspendedMachineFindsOneIterationDue() {
        let handle = harness.proxy.runPeriodic(every: .seconds(10), body)
        wait(handle, for: 1)
        harness.advance(by: .seconds(86_403))
        wait(handle, for: 2)
        XCTAssertEqual(handle.snapshot.nextStart?.uptime, .seconds(86_410))
        harness.advance(by: .seconds(7))
        wait(handle, for: 3)
        XCTAssertEqual(begins.values, [0, 86_403, 86_410])
        handle.cancel()
        harness.settle()
    }

    func testPromise06IterationsAreToldInOrderOnMainBeforeTheEnd() {
        let log = log
        let events = harness.eventLog()
        let handle = harness.proxy.runPeriodic(
            every: .milliseconds(1),
            body,
            name: "task",
            count: 3,
            whenIteration: { iteration in
                MainActor.assertIsolated()
                log.append("\(iteration.number) \((try? iteration.result.get()) ?? -1)")
            },
            whenDone: { log.append("done \((try? $0.result?.get()) ?? -1)") }
        )
        for iteration in 1...2 {
            wait(handle, for: iteration)
            harness.advance(by: .milliseconds(1))
        }
        harness.settle()
        XCTAssertEqual(log.values, ["1 1", "2 2", "3 3", "done 3"])
        XCTAssertEqual(
            events.values,
            [
                "task submitted", "task started", "task iteration 1 1", "task iteration 2 2", "task iteration 3 3",
                "task completed",
            ]
        )
        XCTAssertEqual(handle.snapshot.iteration, 3)
        XCTAssertEqual(harness.tasks[id: handle.id]?.iteration, 3)
    }

    func testInBetweenItHoldsNoSlotAndTakesNoTime() {
        let handle = harness.proxy.runPeriodic(every: .seconds(10), body)
        wait(handle, for: 1)
        harness.settleThread()
        harness.advance(by: .seconds(9))
        XCTAssertEqual(handle.state, .running)
        XCTAssertEqual(handle.snapshot.elapsed, .zero)
        handle.cancel()
        harness.settle()
    }

    // MARK: - Bad input

    func testCountsBelowOneAreOne() {
        for count in [0, -1, Int.min] {
            let handle = harness.proxy.runPeriodic(every: .seconds(10), body, count: count)
            harness.settle()
            XCTAssertEqual(handle.snapshot.iteration, 1)
            XCTAssertEqual(handle.state, .completed)
        }
        let handle = harness.proxy.runPeriodic(every: .seconds(10), body, count: .max)
        wait(handle, for: 1)
        handle.cancel()
        harness.settle()
    }

    func testIntervalsAndDelaysOutsideTheirRangeCountAsTheNearest() {
        for interval in [Duration.zero, .seconds(-1), .seconds(Int64.min), .nanoseconds(1)] {
            let handle = harness.proxy.runPeriodic(every: interval, body, after: .seconds(-7))
            wait(handle, for: 1)
            XCTAssertEqual(handle.snapshot.nextStart?.uptime, .milliseconds(1))
            handle.cancel()
        }
        let handle = harness.proxy.runPeriodic(every: Duration(attoseconds: .max), body)
        wait(handle, for: 1)
        XCTAssertEqual(handle.snapshot.nextStart?.uptime, .seconds(10 * 365 * 86_400))
        handle.cancel()
        let late = harness.proxy.runPeriodic(every: .seconds(1), body, after: .seconds(Int64.max))
        XCTAssertEqual(late.snapshot.nextStart?.uptime, .seconds(10 * 365 * 86_400))
        late.cancel()
        harness.settle()
    }

    // MARK: - Failures

    /// Throws in the iterations told.
    private func failing(in iterations: Set<Int>) -> TaskBody<Int> {
        .thread { [note] _ in
            let number = note()
            if iterations.contains(number) { throw TestFailure(number: number) }
            return number
        }
    }

    private func iterate(_ handle: TaskHandle<Int>, _ count: Int) {
        for iteration in 1..<count {
            wait(handle, for: iteration)
            harness.advance(by: .seconds(10))
        }
        harness.settle()
    }

    func testAFailureEndsItUnlessToldOtherwise() {
        let log = log
        let stopped = harness.proxy.runPeriodic(
            every: .seconds(10),
            failing(in: [2]),
            whenIteration: { log.append("\($0.number) \($0.result)") }
        )
        iterate(stopped, 2)
        XCTAssertEqual(stopped.error as? TestFailure, TestFailure(number: 2))
        XCTAssertEqual(log.values.count, 2)
        XCTAssertTrue(log.values[1].hasPrefix("2 failure"))
        harness.expectNoTimer()
    }

    func testIfItSurvivesFailuresTheNextComesAtItsTime() {
        let events = harness.eventLog()
        let handle = harness.proxy.runPeriodic(
            every: .seconds(10),
            failing(in: [1, 2]),
            name: "task",
            count: 3,
            stopsOnFailure: false
        )
        iterate(handle, 3)
        XCTAssertEqual(try handle.result?.get(), 3)
        XCTAssertEqual(begins.values, [0, 10, 20])
        XCTAssertEqual(
            events.values.filter { $0.contains("failed") },
            ["task iteration 1 failed", "task iteration 2 failed"]
        )
    }

    func testRetriesBelongToTheIterationAndLeaveTheGrid() {
        let events = harness.eventLog()
        let handle = harness.proxy.runPeriodic(
            every: .seconds(10),
            failing(in: [1, 3]),
            name: "task",
            options: .retrying(1, .constant(.seconds(3))),
            count: 2
        )
        for attempt in [1, 3] {
            harness.iterate { handle.snapshot.attempt == attempt && handle.snapshot.nextStart != nil }
            harness.advance(by: .seconds(3))
            if attempt == 1 {
                wait(handle, for: 1)
                harness.advance(by: .seconds(7))
            }
        }
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(begins.values, [0, 3, 10, 13])
        XCTAssertEqual(
            events.values,
            [
                "task submitted", "task started", "task retrying 2 after 3.0 seconds", "task iteration 1 2",
                "task retrying 2 after 3.0 seconds", "task iteration 2 4", "task completed",
            ]
        )
    }

    func testAnIterationThatTakesTooLongFailsAsOne() {
        let log = log
        let handle = harness.proxy.runPeriodic(
            every: .seconds(10),
            gatedBody,
            options: .timeout(.seconds(4)),
            count: 2,
            stopsOnFailure: false,
            whenIteration: { iteration in
                guard case .failure(let error) = iteration.result else { return }
                log.append((error as? TaskerError)?.code.description ?? "other")
            }
        )
        harness.iterate { begins.count == 1 }
        harness.advance(by: .seconds(4))
        gate.open()
        wait(handle, for: 1)
        harness.advance(by: .seconds(6))
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        XCTAssertNil(handle.cancelReason)
        XCTAssertEqual(log.values, ["timedOut"])
        XCTAssertEqual(begins.values, [0, 10])
    }

    func testPromise04AnIterationThatTheSystemGivesNoThreadFailsAsOne() {
        let isRefused = Lock(true)
        let harness = EngineHarness {
            $0.spawnThread = { argument in isRefused.withLock { $0 } ? EAGAIN : ThreadPool.spawn(argument) }
        }
        let log = log
        let handle = harness.proxy.runPeriodic(
            every: .seconds(10),
            .thread { _ in 7 },
            count: 2,
            stopsOnFailure: false,
            whenIteration: { log.append("\($0.number) \((try? $0.result.get()) ?? -1)") }
        )
        harness.iterate { handle.snapshot.iteration == 1 && handle.snapshot.nextStart != nil }
        isRefused.withLock { $0 = false }
        harness.advance(by: .seconds(10))
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 7)
        XCTAssertEqual(log.values, ["1 -1", "2 7"])
    }
}
