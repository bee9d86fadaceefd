#if Metrics
import CoreMetrics
import MetricsTestKit
import Tasker
import TestSupport
import XCTest

/// What a manager counts where the package is built with the trait `Metrics`.
final class MetricsTests: XCTestCase {
    private struct Failure: Error {}

    func testTasksAreCountedAndMeasured() throws {
        // Once in a process, so there is one test.
        let metrics = TestMetrics()
        MetricsSystem.bootstrap(metrics)
        let harness = EngineHarness { $0.maximumThreads = 1 }
        let gate = ThreadGate()
        harness.proxy.runThread { _ in gate.pass() }
        harness.clock.advance(by: .seconds(2))
        harness.proxy.runThread { _ in throw Failure() }
        harness.proxy.runThread { _ in }.cancel()
        harness.clock.advance(by: .seconds(3))
        gate.open()
        harness.settle()
        let kind = [("kind", "thread")]
        for (label, count) in [("submitted", 3), ("completed", 1), ("failed", 1), ("cancelled", 1)] as [(String, Int64)]
        {
            XCTAssertEqual(metrics.counterTotal(label: "tasker_tasks_\(label)", dimensions: kind), count, label)
        }
        let waiting = try metrics.expectTimer("tasker_task_waiting", kind).values
        XCTAssertEqual(waiting, [0, 3_000_000_000])
        let running = try metrics.expectTimer("tasker_task_running", kind).values
        XCTAssertEqual(running, [5_000_000_000, 0])
    }
}
#endif
