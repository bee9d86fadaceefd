import GLibMainLoop
import Tasker
import XCTest

/// Promise 31: what a shutdown says that it cut off.
final class ShutdownReportTests: XCTestCase {
    private let harness = EngineHarness {
        $0.maximumThreads = 2
        $0.gracePeriod = .seconds(1)
    }
    private let (began, gate) = (Journal<Void>(), ThreadGate())
    private let reports = Journal<ShutdownReport>()

    private func shutDown(cancelPending: Bool = true) {
        Task.detached { [proxy = harness.proxy, reports] in
            reports.append(await proxy.shutdown(waitingFor: .seconds(1), cancelPending: cancelPending))
        }
    }

    private func runUntilGate(_ options: TaskOptions = []) -> TaskHandle<Void> {
        harness.proxy.runThread(options: options) { [began, gate] _ in
            began.append(())
            gate.pass()
        }
    }

    func testPromise31ItNamesEachTaskOnceOldestFirst() {
        let handles = [runUntilGate(), runUntilGate(.abandonable), runUntilGate()]
        harness.iterate { began.count == 2 }
        shutDown()
        // It waits for those that run: their time, and then that of the rest of their bodies.
        harness.iterate { harness.clock.sleeperCount == 1 }
        harness.clock.advance(by: .seconds(1))
        harness.iterate { handles[1].state == .cancelled }
        gate.open(for: 2)
        harness.iterate { reports.count == 1 }
        XCTAssertEqual(reports.values[0].cancelled.map(\.id), handles.map(\.id))
        XCTAssertEqual(reports.values[0].cancelled.map(\.cancelReason), [.shutdown, .shutdown, .shutdown])
        XCTAssertEqual(reports.values[0].abandoned.count, 0)
    }

    func testPromise31ItNamesATaskWhoseBodyIsLeftBehindOnceAmongEach() {
        let handle = runUntilGate()
        harness.iterate { began.count == 1 }
        shutDown()
        harness.iterate {
            harness.clock.advance(by: .seconds(1))
            return reports.count == 1
        }
        XCTAssertEqual(reports.values[0].cancelled.map(\.id), [handle.id])
        XCTAssertEqual(reports.values[0].abandoned.map(\.id), [handle.id])
        gate.open()
    }

    func testPromise31ItNamesPeriodicTasksThatItEnds() {
        let numbers = Journal<Int>()
        let waiting = harness.proxy.runPeriodic(every: .seconds(60), .thread { _ in }) { numbers.append($0.number) }
        harness.iterate { numbers.count == 1 }
        let running = harness.proxy.runPeriodic(
            every: .seconds(60),
            .thread { [began, gate] _ in
                began.append(())
                gate.pass()
            }
        )
        harness.iterate { began.count == 1 }
        shutDown()
        harness.iterate { waiting.state == .cancelled }
        gate.open()
        harness.iterate { reports.count == 1 }
        XCTAssertEqual(reports.values[0].cancelled.map(\.id), [waiting.id, running.id])
        XCTAssertEqual(running.cancelReason, .shutdown)
    }
}
