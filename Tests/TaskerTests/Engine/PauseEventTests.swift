import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// What the events tell of pauses.
final class PauseEventTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()
    private let began = Journal<Void>()

    /// Notes the names of the events, without their values.
    private func events() -> Journal<String> {
        let names = Journal<String>()
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            _ = proxy.taskEvents.connect { event in names.append(String("\(event.kind)".prefix { $0 != "(" })) }
        }
        return names
    }

    func testABodyThatDidNotComeToACheckpointWasNotPaused() {
        let names = events()
        let handle = harness.proxy.runThread { [gate, began] context in
            began.append(())
            gate.pass()
            try context.checkpoint()
        }
        harness.iterate { began.count == 1 }
        XCTAssertTrue(handle.pause())
        XCTAssertTrue(handle.resume())
        gate.open()
        harness.settle()
        XCTAssertEqual(names.values, ["submitted", "started", "completed"])
    }

    func testABodyThatStandsStillIsPausedOnceWhateverItsOtherThreadsDo() {
        let names = events()
        let context = Lock<ExecutionContext?>(nil)
        let handle = harness.proxy.runThread { [gate, began] own in
            context.withLock { $0 = own }
            began.append(())
            gate.pass()
            try own.checkpoint()
        }
        harness.iterate { began.count == 1 }
        handle.pause()
        gate.open()
        harness.iterate { names.values.last == "paused" }
        let other = harness.proxy.runThread { [gate, began] _ in
            began.append(())
            gate.pass()
        }
        harness.iterate { began.count == 2 }
        handle.resume()
        // It waits for its slot, and another thread of its body comes to a checkpoint.
        XCTAssertEqual(context.withLock { $0 }?.cell.reachCheckpoint(), true)
        gate.open()
        harness.settle()
        XCTAssertEqual(other.state, .completed)
        XCTAssertEqual(names.values.count { $0 == "paused" }, 1)
        XCTAssertEqual(names.values.count { $0 == "resumed" }, 1)
    }
}
