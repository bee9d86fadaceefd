import Tasker
import TestSupport
import XCTest

/// Promise 31: what a shutdown tells of what it cut off.
final class ShutdownReportTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 3 }
    private let gate = ThreadGate()
    private let reports = Journal<ShutdownReport>()

    private func shutDown(waitingFor deadline: Duration = .seconds(10), cancelPending: Bool = true) {
        Task.detached { [proxy = harness.proxy, reports] in
            reports.append(await proxy.shutdown(waitingFor: deadline, cancelPending: cancelPending))
        }
    }

    private func report(_ number: Int = 1) -> ShutdownReport? {
        harness.iterate { reports.count == number }
        return reports.values.last
    }

    func testPromise31WhoEndsByItselfIsNotInIt() {
        _ = harness.runGated(gate)
        shutDown()
        harness.iterate { harness.clock.sleeperCount == 1 }
        gate.open()
        XCTAssertEqual(report()?.isClean, true)
        shutDown()
        XCTAssertEqual(report(2)?.isClean, true, "There was nothing left.")
    }

    func testPromise31WhoWaitedAndWhoRanAreInItOnceEachOldestFirst() {
        let running = (0..<3).map { _ in harness.runGated(gate) }
        let waiting = (0..<3).map { _ in harness.proxy.runThread { _ in } }
        let user = harness.proxy.runThread { _ in }
        user.cancel()
        shutDown()
        harness.iterate { harness.clock.sleeperCount == 1 }
        harness.clock.advance(by: .seconds(10))
        harness.iterate { running.allSatisfy { $0.cancelReason == .shutdown } }
        gate.open(for: 3)
        let report = report()
        XCTAssertEqual(report?.cancelled.map(\.id), (running + waiting).map(\.id))
        XCTAssertEqual(report?.cancelled.map(\.state), Array(repeating: .cancelled, count: 6))
        XCTAssertEqual(report?.cancelled.map(\.cancelReason), Array(repeating: .shutdown, count: 6))
        XCTAssertEqual(report?.abandoned.count, 0)
        XCTAssertEqual(report?.isClean, false)
    }

    func testPromise31WhoIgnoresTheCancelWasLeftBehind() {
        let stubborn = harness.runGated(gate)
        let cancelled = harness.runGated(gate)
        cancelled.cancel()
        shutDown(waitingFor: .zero)
        harness.iterate { stubborn.cancelReason == .shutdown && harness.clock.sleeperCount == 1 }
        harness.clock.advance(by: .seconds(100))
        let report = report()
        XCTAssertEqual(report?.cancelled.map(\.id), [stubborn.id])
        XCTAssertEqual(report?.abandoned.map(\.id), [stubborn.id, cancelled.id])
        XCTAssertEqual(report?.abandoned.map(\.state), [.cancelled, .cancelled])
        gate.open(for: 2)
    }

    func testPromise31AnAbandonableTaskIsInItOnce() {
        let handle = harness.runGated(gate, options: .abandonable)
        shutDown(waitingFor: .zero)
        let report = report()
        XCTAssertEqual(report?.cancelled.map(\.id), [handle.id])
        XCTAssertEqual(report?.abandoned.count, 0)
        gate.open()
    }

    func testPromise31APeriodicTaskThatWaitedForItsNextIterationIsInIt() {
        let iterations = Journal<Int>()
        let periodic = harness.proxy.runPeriodic(
            every: .seconds(1),
            .thread { _ in },
            whenIteration: { iterations.append($0.number) }
        )
        harness.iterate { iterations.count == 1 && periodic.snapshot.nextStart != nil }
        shutDown()
        let report = report()
        XCTAssertEqual(report?.cancelled.map(\.id), [periodic.id])
        XCTAssertEqual(periodic.cancelReason, .shutdown)
    }

    func testPromise31APeriodicTaskThatEndsWithItsIterationIsInIt() {
        let began = Journal<Void>()
        let running = harness.proxy.runPeriodic(
            every: .seconds(60),
            .thread { [gate] _ in
                began.append(())
                gate.pass()
            }
        )
        harness.iterate { began.count == 1 }
        shutDown()
        harness.iterate { !harness.proxy.isRunning }
        gate.open()
        harness.iterate { reports.count == 1 }
        XCTAssertEqual(report()?.cancelled.map(\.id), [running.id])
        XCTAssertEqual(running.cancelReason, .shutdown)
    }

    func testPromise31ThoseThatWaitMayRunWithinTheDeadline() {
        let running = (0..<3).map { _ in harness.runGated(gate) }
        let waiting = harness.proxy.runThread { _ in }
        let late = harness.proxy.runLater(after: .seconds(60), .thread { _ in })
        shutDown(cancelPending: false)
        harness.iterate { harness.clock.sleeperCount == 2 }
        gate.open(for: 3)
        harness.iterate { (running + [waiting]).allSatisfy { $0.state == .completed } }
        harness.clock.advance(by: .seconds(10))
        XCTAssertEqual(report()?.cancelled.map(\.id), [late.id])
        XCTAssertTrue(running.allSatisfy { $0.state == .completed })
    }

    func testPromise31ASecondCallGetsTheSameReport() {
        let handle = harness.runGated(gate)
        shutDown()
        harness.iterate { harness.clock.sleeperCount == 1 }
        shutDown(waitingFor: .zero)
        harness.clock.advance(by: .seconds(10))
        harness.iterate { handle.cancelReason == .shutdown }
        gate.open()
        _ = report(2)
        XCTAssertEqual(reports.values.map { $0.cancelled.map(\.id) }, [[handle.id], [handle.id]])
    }

    func testPromise31AReportIsOfItsOwnShutdown() {
        let handle = harness.runGated(gate)
        let waiting = (0..<5).map { _ in harness.proxy.runThread { [gate] _ in gate.pass() } }
        shutDown(waitingFor: .zero)
        harness.iterate { handle.cancelReason == .shutdown }
        gate.open(for: 3)
        XCTAssertEqual(report()?.cancelled.count, 6)
        XCTAssertTrue(waiting.allSatisfy { $0.state == .cancelled })
        harness.proxy.start()
        harness.proxy.runThread { _ in }
        harness.settle()
        shutDown()
        XCTAssertEqual(report(2)?.isClean, true)
    }
}
