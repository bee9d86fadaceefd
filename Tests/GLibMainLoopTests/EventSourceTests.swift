import GLibMainLoop
import TestSupport
import XCTest

final class EventSourceTests: XCTestCase {
    private let context = MainContext()
    private let log = Journal<String>(waking: MainContext())

    func testAnIdleSourceFiresUntilItAnswersRemove() {
        let source = context.addIdle { [log] in
            log.append("idle")
            return log.count < 3 ? .continue : .remove
        }
        XCTAssertEqual(log.values, [], "nothing may run before the context is dispatched")
        XCTAssertFalse(source.isRemoved)
        XCTAssertEqual(context.dispatchPending(), 3)
        XCTAssertEqual(log.values, ["idle", "idle", "idle"])
        XCTAssertTrue(source.isRemoved)
    }

    func testReadySourcesFireInOrderOfTheirPriority() {
        let priorities: [SourcePriority] = [.low, .belowRedraw, .high, .defaultIdle, .default, .redraw]
        for priority in priorities {
            context.addIdle(priority: priority) { [log] in
                log.append("\(priority.rawValue)")
                return .remove
            }
        }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["-100", "0", "120", "121", "200", "300"])
    }

    func testOneIterationDispatchesOnlyTheHighestReadyPriority() {
        add("low", priority: .low)
        add("redraw", priority: .redraw)
        add("also redraw", priority: .redraw)
        XCTAssertTrue(context.iterate(mayBlock: false))
        XCTAssertEqual(log.values, ["redraw", "also redraw"])
        XCTAssertTrue(context.iterate(mayBlock: false))
        XCTAssertEqual(log.values, ["redraw", "also redraw", "low"])
        XCTAssertFalse(context.iterate(mayBlock: false))
    }

    func testSourcesOfOnePriorityFireInTheOrderInWhichTheyWereAdded() {
        for index in 0..<100 { add("\(index)") }
        context.dispatchPending()
        XCTAssertEqual(log.values, (0..<100).map(String.init))
    }

    func testRemoveKeepsASourceFromFiring() {
        let source = context.addIdle { [log] in
            log.append("removed")
            return .continue
        }
        source.remove()
        XCTAssertTrue(source.isRemoved)
        add("kept")
        XCTAssertEqual(context.dispatchPending(), 1)
        XCTAssertEqual(log.values, ["kept"])
        source.remove()
        XCTAssertTrue(source.isRemoved)
    }

    func testAHandlerThatRemovesASourceOfTheSameDispatchKeepsItFromFiring() {
        let victim = Lock<EventSource?>(nil)
        context.addIdle { [log] in
            log.append("remover")
            victim.withLock { $0 }?.remove()
            return .remove
        }
        let source = context.addIdle { [log] in
            log.append("victim")
            return .remove
        }
        victim.withLock { $0 = source }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["remover"])
    }

    func testASourceRemovedFromAnotherThreadDoesNotFire() {
        let source = context.addIdle { [log] in
            log.append("removed")
            return .remove
        }
        onAnotherThread { source.remove() }
        XCTAssertTrue(source.isRemoved)
        XCTAssertEqual(context.dispatchPending(), 0)
        XCTAssertEqual(log.values, [])
    }

    func testASourceAddedFromAnotherThreadWakesABlockedIteration() {
        let thread = LoopThread()
        thread.context.addIdle { [log] in
            log.append("fired")
            return .remove
        }
        log.wait(forCount: 1)
        thread.stop()
        XCTAssertEqual(log.values, ["fired"])
    }

    private func add(_ name: String, priority: SourcePriority = .defaultIdle) {
        context.addIdle(priority: priority) { [log] in
            log.append(name)
            return .remove
        }
    }
}
