import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 19, 22 and 23 where progress is forgotten, and what is published of units.
final class ReckoningTests: XCTestCase {
    private let harness = EngineHarness { $0.publicationInterval = .zero }

    /// Publishes after each step, and returns what was published.
    private func publish(
        _ steps: [@Sendable (ExecutionContext) throws -> Void]
    ) -> (snapshots: [TaskSnapshot], overall: [Double]) {
        let (gate, done) = (ThreadGate(), Journal<Void>())
        let emissions = harness.emissions()
        let handle = harness.proxy.runThread { context in
            gate.pass()
            for (number, step) in steps.enumerated() {
                try step(context)
                context.setMessage("\(number)")
                context.flush()
                gate.pass()
            }
            done.append(())
        }
        gate.open()
        var (snapshots, overall): ([TaskSnapshot], [Double]) = ([], [])
        for number in steps.indices {
            harness.iterate { harness.tasks[id: handle.id]?.message == "\(number)" }
            harness.tasks[id: handle.id].map { snapshots.append($0) }
            overall.append(harness.overallProgress)
            gate.open()
        }
        harness.settle()
        XCTAssertEqual(done.count, 1, "\(String(describing: handle.error))")
        XCTAssertEqual(emissions.values.last?.tasks[id: handle.id]?.progress, 1)
        return (snapshots, overall)
    }

    func testPromise22AForgottenProgressComesBackSmaller() {
        let published = publish([
            { $0.setProgress(0.8) },
            { $0.setIndeterminate() },
            { $0.setProgress(0.1) },
            { $0.setProgress(0.05) },
            { $0.setProgress(0.3) },
        ])
        XCTAssertEqual(published.snapshots.map(\.progress), [0.8, nil, 0.1, 0.1, 0.3])
    }

    func testPromise22ItAlsoDoesWhenNobodySawItUnknown() {
        let published = publish([
            { $0.setProgress(0.8) },
            { context in
                context.setIndeterminate()
                context.setProgress(0.1)
            },
        ])
        XCTAssertEqual(published.snapshots.map(\.progress), [0.8, 0.1])
    }

    func testPromise23TheOverallProgressDoesNotRunBackWithIt() {
        let published = publish([
            { $0.setProgress(0.8) },
            { $0.setIndeterminate() },
            { $0.setProgress(0.1) },
            { $0.setProgress(0.9) },
        ])
        XCTAssertEqual(published.overall, [0.8, 0.8, 0.8, 0.9])
    }

    func testPromise24AFailureWhileUnknownLeavesItUnknown() {
        struct Failure: Error {}
        let handle = harness.proxy.runThread { context in
            context.setProgress(0.5)
            context.setIndeterminate()
            throw Failure()
        }
        harness.settle()
        XCTAssertNil(harness.tasks[id: handle.id]?.progress)
        XCTAssertEqual(harness.overallProgress, 1)
    }

    func testUnitsArePublishedWithWhatIsDoneOfThem() {
        let published = publish([
            { $0.setProgress(0.5) },
            { try $0.setTotal(22, unit: ProgressUnit("pages")) },
            { $0.setProgress(11) },
            { context in
                try context.subContext(weight: 7, total: 3).setProgress(3)
                context.setProgress(10)
            },
            { try $0.setTotal(34) },
        ])
        XCTAssertEqual(published.snapshots.map(\.totalUnits), [nil, 22, 22, 22, 34])
        XCTAssertEqual(published.snapshots.map(\.unit?.rawValue), [nil, "pages", "pages", "pages", "pages"])
        XCTAssertEqual(published.snapshots[0].completedUnits, nil)
        XCTAssertEqual(published.snapshots[2].completedUnits, 11)
        XCTAssertEqual(published.snapshots[3].completedUnits, 17)
    }

    func testCompletionIsAllOfTheUnits() {
        let handle = harness.proxy.runThread { context in
            try context.setTotal(3, unit: .files)
            context.setProgress(1)
        }
        harness.settle()
        XCTAssertEqual(harness.tasks[id: handle.id]?.completedUnits, 3)
        XCTAssertEqual(harness.tasks[id: handle.id]?.unit, .files)
    }
}
