import Tasker
import TestSupport
import XCTest

/// Hidden tasks have everything but a place in lists and in the overall progress.
final class HiddenTaskTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()

    func testAHiddenTaskIsFoundByIdAndKeyAndInNoList() {
        let emissions = harness.emissions()
        let handle = harness.runGated(gate, key: "key", options: .hidden)
        harness.dispatchPending()
        for _ in 0..<2 {
            XCTAssertEqual(harness.proxy.task(id: handle.id)?.isVisible, false)
            XCTAssertEqual(harness.proxy.task(key: "key")?.id, handle.id)
            XCTAssertEqual(harness.proxy.tasks().count, 0)
            XCTAssertEqual(harness.tasks.count, 0)
            XCTAssertEqual(harness.overallProgress, 1)
            gate.open()
            harness.settle()
        }
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(emissions.count, 0)
    }

    func testPromise23TheOverallProgressIsThatOfTheOthers() {
        let hidden = harness.proxy.addCoroutine(options: .hidden) { [gate] context in
            context.setProgress(0.9)
            context.flush()
            _ = gate
        }
        let visible = harness.proxy.runThread { [gate] context in
            context.setProgress(0.25)
            context.flush()
            gate.pass()
        }
        harness.iterate { harness.tasks[id: visible.id]?.progress == 0.25 && hidden.state == .completed }
        XCTAssertEqual(harness.overallProgress, 0.25)
        gate.open()
        harness.settle()
    }

    func testPromise08And26ItsCallbacksComeAndItCountsForLimits() {
        let (log, gate) = (Journal<String>(), gate)
        harness.proxy.runThread(
            options: .hidden,
            { context in
                try context.sendEvent("event")
                gate.pass()
            },
            whenDone: { log.append("done \($0.state)") },
            whenEvent: { log.append($0.name) }
        )
        let next = harness.proxy.runThread { _ in }
        harness.iterate { log.count == 1 }
        XCTAssertEqual(next.state, .pending)
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["event", "done completed"])
        XCTAssertEqual(harness.proxy.statistics.count(in: .completed), 2)
    }
}
