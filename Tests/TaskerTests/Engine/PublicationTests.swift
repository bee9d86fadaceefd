import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 11, 20, 21, 23, 30: what the main thread is told.
final class PublicationTests: XCTestCase {
    /// Longer than any test, so that progress is published only where the test says so.
    private let harness = EngineHarness { $0.publicationInterval = .seconds(3600) }
    private let gate = ThreadGate()

    func testPromise11TheListIsInTheOrderOfSubmissionAlsoWhenTasksEndFirst() {
        let (begin, ended) = (ThreadGate(), ThreadGate())
        let first = harness.proxy.runThread { _ in begin.pass() }
        let second = harness.proxy.runThread { [gate] _ in gate.pass() }
        Task.detached {
            _ = try? await first.value
            ended.open()
        }
        begin.open()
        ended.pass()
        harness.iterate { harness.tasks[id: first.id]?.state == .completed }
        XCTAssertEqual(harness.tasks.map(\.id), [first.id, second.id])
        XCTAssertEqual(harness.overallProgress, 0.5)
        gate.open()
        harness.settle()
    }

    func testPromise11TheChangesOfAllEmissionsAddUpToTheList() {
        let harness = EngineHarness { $0.finishedTaskLimit = 5 }
        let emissions = harness.emissions()
        let ids = (0..<200).map { _ in harness.proxy.runThread { $0.setProgress(0.5) }.id }
        harness.settle()
        var present: Set<TaskID> = []
        for emission in emissions.values {
            let changes = emission.tasks.changes
            present.formUnion(changes.added)
            XCTAssertTrue(present.isSuperset(of: changes.changed))
            present.subtract(changes.removed)
            XCTAssertEqual(present, Set(emission.tasks.map(\.id)))
        }
        XCTAssertEqual(emissions.values.flatMap(\.tasks.changes.added), ids)
        XCTAssertEqual(harness.tasks.count, 5)
    }

    func testPromise20NoLastValueIsLostWhateverThreadsReport() {
        let harness = EngineHarness { $0.publicationInterval = .zero }
        let (reported, gate) = (Journal<Void>(), gate)
        let handles = (0..<4).map { number in
            harness.proxy.runThread { context in
                for step in 0..<200_000 { context.setProgress(Double(step) / 400_000) }
                context.setProgress(0.5 + Double(number) / 10)
                reported.append(())
                gate.pass()
            }
        }
        harness.iterate { reported.count == 4 }
        harness.iterate {
            handles.enumerated().allSatisfy { number, handle in
                harness.tasks[id: handle.id]?.progress == 0.5 + Double(number) / 10
            }
        }
        gate.open(for: 4)
        harness.settle()
    }

    func testPromise21ProgressWaitsForTheIntervalAndFlushDoesNot() {
        let (steps, gate) = (Journal<Double>(), gate)
        let handle = harness.proxy.runThread { context in
            // After the start was published, so that it takes no progress along.
            gate.pass()
            for step in [0.1, 0.2, 0.3, 0.4] {
                context.setProgress(step)
                if step == 0.3 { context.flush() }
                steps.append(step)
                gate.pass()
            }
        }
        let published = { [harness] in harness.tasks[id: handle.id]?.progress }
        harness.iterate { [harness] in harness.tasks[id: handle.id]?.state == .running }
        gate.open()
        // The first of a burst is published at once.
        harness.iterate { published() == 0.1 }
        gate.open()
        harness.iterate { steps.count == 2 }
        harness.dispatchPending()
        XCTAssertEqual(published(), 0.1)
        gate.open()
        harness.iterate { published() == 0.3 }
        gate.open()
        harness.iterate { steps.count == 4 }
        harness.dispatchPending()
        XCTAssertEqual(published(), 0.3)
        gate.open()
        // A change of state is published at once.
        harness.iterate { published() == 1 }
        harness.settle()
    }

    func testPromise23OverallProgressCountsTheBatch() {
        XCTAssertEqual(harness.overallProgress, 1)
        let gate = gate
        let half = harness.proxy.runThread { context in
            context.setProgress(0.5)
            context.flush()
            gate.pass()
        }
        harness.iterate { harness.tasks[id: half.id]?.progress == 0.5 }
        XCTAssertEqual(harness.overallProgress, 0.5)
        let other = EngineHarness()
        XCTAssertEqual(other.overallProgress, 1)
        let failing = harness.proxy.runThread { _ in throw CancellationError() }
        harness.iterate { harness.tasks[id: failing.id]?.state == .failed }
        XCTAssertEqual(harness.overallProgress, 0.75)
        gate.open()
        harness.settle()
        XCTAssertEqual(harness.overallProgress, 1)
        harness.proxy.runThread { _ in gate.pass() }
        harness.iterate { harness.tasks.count == 3 }
        XCTAssertEqual(harness.overallProgress, 0, "A new batch begins when the manager was idle.")
        gate.open()
        harness.settle()
    }

    func testPromise23AnEndingTaskNeverLowersTheOverallProgress() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        harness.proxy.runThread { [gate] _ in gate.pass() }
        for number in 0..<100 {
            harness.proxy.runThread { context in
                context.setProgress(0.7)
                if number.isMultiple(of: 3) { throw CancellationError() }
            }
        }
        // A task that is listed later lowers it, and on a slow machine they are not all listed at once.
        harness.iterate { harness.tasks.count == 101 }
        let emissions = harness.emissions()
        gate.open()
        harness.settle()
        let progress = emissions.values.map(\.overallProgress)
        XCTAssertEqual(progress, progress.sorted())
        XCTAssertEqual(progress.last, 1)
    }

    func testPromise30AHandlerStaysUntilItIsDisconnected() {
        let (proxy, count) = (harness.proxy, Journal<Void>())
        let connection = MainActor.assumeIsolated {
            proxy.tasksUpdated.connect { _, _ in count.append(()) }
            return proxy.tasksUpdated.connect { _, _ in count.append(()) }
        }
        proxy.runThread { _ in }
        harness.settle()
        XCTAssertGreaterThanOrEqual(count.count, 2)
        XCTAssertTrue(count.count.isMultiple(of: 2))
        MainActor.assumeIsolated { connection.disconnect() }
        let before = count.count
        let emissions = harness.emissions()
        proxy.runThread { _ in }
        harness.settle()
        XCTAssertEqual(count.count - before, emissions.count)
    }

}
