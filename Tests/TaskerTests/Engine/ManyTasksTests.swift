import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 11 and 35 with 100,000 tasks: what one of them costs.
final class ManyTasksTests: XCTestCase {
    #if TASKER_THREAD_SANITIZER
    // There a step takes thirty times as long.
    private static let count = 10_000
    #else
    private static let count = 100_000
    #endif
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()

    /// What each emission says has changed.
    private func changes() -> Journal<TaskChanges> {
        let journal = Journal<TaskChanges>()
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            _ = proxy.tasksUpdated.connect { tasks, _ in journal.append(tasks.changes) }
        }
        return journal
    }

    func testPromise11And35OneOfManyIsOneChange() {
        let running = harness.proxy.runThread { [gate] context in
            gate.pass()
            context.setProgress(0.5)
            context.flush()
            gate.pass()
        }
        let pending = (0..<Self.count).map { _ in harness.proxy.runThread { _ in } }
        harness.iterate { harness.tasks.count == Self.count + 1 }
        harness.dispatchPending()
        let changes = changes()

        let middle = pending[Self.count / 2]
        XCTAssertTrue(middle.cancel())
        harness.iterate { changes.count == 1 }
        XCTAssertEqual(changes.values.map(\.changed), [[middle.id]])

        gate.open()
        harness.iterate { changes.count == 2 }
        XCTAssertEqual(changes.values.last?.changed, [running.id])

        let last = harness.proxy.runThread { _ in }
        harness.iterate { changes.count == 3 }
        XCTAssertEqual(changes.values.last?.added, [last.id])
        harness.dispatchPending()
        XCTAssertEqual(changes.count, 3)
        XCTAssertEqual(changes.values.flatMap(\.added) + changes.values.flatMap(\.removed), [last.id])

        XCTAssertEqual(harness.proxy.cancelAll(), Self.count + 1)
        gate.open()
        harness.settle()
        XCTAssertTrue(pending.allSatisfy { $0.state == .cancelled })
    }
}
