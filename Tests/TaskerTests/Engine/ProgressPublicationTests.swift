import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Promises 20 and 21: what a flood of reports costs the main thread.
final class ProgressPublicationTests: XCTestCase {
    private let clock = StepClock()
    private let interval = Duration.seconds(3600)
    // Two: with one, a body that is fast would take the way through from one that has not begun.
    private let (begin, end) = (ThreadGate(), ThreadGate())
    private let contexts = Journal<ExecutionContext>()
    private lazy var harness = EngineHarness { [clock, interval] in
        $0.publicationInterval = interval
        $0.now = clock.now
    }

    /// Starts bodies that wait twice and report in between, and waits until their start was published.
    private func start(_ count: Int, report: @escaping @Sendable (ExecutionContext) -> Void) -> [TaskHandle<Void>] {
        let handles = (0..<count).map { _ in
            harness.proxy.runThread { [begin, end, contexts] context in
                begin.pass()
                report(context)
                contexts.append(context)
                end.pass()
            }
        }
        harness.iterate { harness.tasks.count == count && harness.tasks.allSatisfy { $0.state == .running } }
        harness.dispatchPending()
        return handles
    }

    func testPromise20And21AMillionReportsFromEachOfSeveralThreadsAreOneEmissionAnInterval() {
        let handles = start(4) { context in
            for step in 1...1_000_000 { context.setProgress(Double(step) / 1_000_000) }
        }
        let emissions = harness.emissions()
        let looks = clock.looks
        begin.open(for: 4)
        harness.iterate { contexts.count == 4 }
        harness.dispatchPending()
        // The first report is published at once, because nothing was for a whole interval.
        XCTAssertEqual(emissions.count, 1)
        // The burst's start, its drain, and a look after each of its few steps: none for a report.
        XCTAssertLessThan(clock.looks - looks, 10)
        contexts.values[0].flush()
        harness.dispatchPending()
        XCTAssertEqual(emissions.count, 2)
        XCTAssertEqual(handles.map { harness.tasks[id: $0.id]?.progress }, [1, 1, 1, 1])
        XCTAssertLessThanOrEqual(emissions.values.map(\.tasks.changes.changed.count).max() ?? 0, 4)
        contexts.values[0].flush()
        harness.dispatchPending()
        XCTAssertEqual(emissions.count, 2, "There was nothing to flush.")
        end.open(for: 4)
        harness.settle()
    }

    func testPromise21AReportAfterTheIntervalIsPublishedAtOnce() {
        _ = start(1) { $0.setProgress(0.1) }
        let emissions = harness.emissions()
        begin.open()
        harness.iterate { contexts.count == 1 }
        harness.dispatchPending()
        XCTAssertEqual(emissions.values.map { $0.tasks.first?.progress }, [0.1])
        clock.advance(by: interval)
        contexts.values[0].setProgress(0.2)
        harness.dispatchPending()
        XCTAssertEqual(emissions.values.map { $0.tasks.first?.progress }, [0.1, 0.2])
        contexts.values[0].setProgress(0.3)
        harness.dispatchPending()
        XCTAssertEqual(emissions.count, 2)
        end.open()
        harness.settle()
    }

    func testPromise21AChangeOfStateIsPublishedWithinTheInterval() {
        _ = start(1) { $0.setProgress(0.1) }
        begin.open()
        harness.iterate { contexts.count == 1 }
        harness.dispatchPending()
        contexts.values[0].setProgress(0.2)
        harness.dispatchPending()
        XCTAssertEqual(harness.tasks.first?.progress, 0.1)
        XCTAssertTrue(harness.proxy.cancelTask(id: contexts.values[0].taskID))
        harness.dispatchPending()
        XCTAssertEqual(harness.tasks.first?.isCancelRequested, true)
        XCTAssertEqual(harness.tasks.first?.progress, 0.2, "A snapshot is of its moment.")
        end.open()
        harness.settle()
    }
}
