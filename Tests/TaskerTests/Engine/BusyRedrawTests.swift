import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Promises 7 and 29 where a redraw is always due, as with GTK drawing in software.
final class BusyRedrawTests: XCTestCase {
    private var redraw: EventSource?

    override func setUp() {
        redraw = MainContext.default.addIdle(priority: .redraw) { .continue }
    }

    override func tearDown() {
        redraw?.remove()
    }

    func testPromise29PublicationComesToItsTurnAlthoughARedrawIsAlwaysDue() {
        let harness = EngineHarness()
        let done = Journal<TaskState>()
        let handle = harness.proxy.runThread({ $0.setProgress(0.5) }, whenDone: { done.append($0.state) })
        harness.iterate { harness.tasks[id: handle.id]?.state == .completed && done.count == 1 }
        XCTAssertEqual(redraw?.isRemoved, false)
    }

    func testPromise21ProgressComesToItsTurnAlthoughARedrawIsAlwaysDue() {
        let harness = EngineHarness()
        let (begin, end) = (ThreadGate(), ThreadGate())
        let handle = harness.proxy.runThread { context in
            begin.pass()
            context.setProgress(0.5)
            end.pass()
        }
        harness.iterate { harness.tasks[id: handle.id]?.state == .running }
        begin.open()
        harness.iterate { harness.tasks[id: handle.id]?.progress == 0.5 }
        end.open()
        harness.settle()
        XCTAssertEqual(redraw?.isRemoved, false)
    }

    func testPromise36WhatCameToItsTurnThatWayLeavesNoSourceBehind() {
        let clock = StepClock()
        let harness = EngineHarness {
            $0.now = clock.now
            $0.redrawPatience = .zero
        }
        for _ in 0..<50 {
            harness.proxy.runThread { _ in }
            harness.settle()
        }
        harness.dispatchPending()
        redraw?.remove()
        let before = clock.looks
        harness.dispatchPending()
        // Each drain looks at the clock.
        XCTAssertLessThanOrEqual(clock.looks - before, 1)
    }
}
