import Tasker
import TestSupport
import XCTest

/// Ended tasks in lists and queries, and how they go; promise 11 for those.
final class KeptTasksTests: XCTestCase {
    private let gate = ThreadGate()

    private func run(_ count: Int, in harness: EngineHarness) -> [TaskID] {
        (0..<count).map { number in
            let handle = harness.proxy.runThread(key: "\(number)") { _ in }
            harness.settle()
            return handle.id
        }
    }

    func testPromise11AsManyAreKeptAsTheLimitSays() {
        let harness = EngineHarness { $0.finishedTaskLimit = 3 }
        let emissions = harness.emissions()
        let ids = run(5, in: harness)
        XCTAssertEqual(harness.tasks.map(\.id), Array(ids[2...]))
        XCTAssertEqual(harness.proxy.tasks().map(\.id), Array(ids[2...]))
        XCTAssertEqual(emissions.values.flatMap(\.tasks.changes.removed), Array(ids[..<2]))
        XCTAssertNil(harness.proxy.task(id: ids[0]))
        XCTAssertNil(harness.proxy.task(key: "0"))
        XCTAssertEqual(harness.proxy.task(key: "4")?.id, ids[4])
    }

    func testPromise11NoEmittedListHasMore() {
        let harness = EngineHarness { $0.finishedTaskLimit = 3 }
        let emissions = harness.emissions()
        for _ in 0..<5000 { harness.proxy.runThread { _ in } }
        harness.settle()
        XCTAssertEqual(emissions.values.map { emission in emission.tasks.count { $0.state.isTerminal } }.max(), 3)
    }

    func testTheViewCountsThoseThatHaveEnded() {
        let harness = EngineHarness { $0.finishedTaskLimit = 3 }
        let counts = Journal<[Int]>()
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            let manager = proxy.manager
            _ = manager.tasksUpdated.connect { tasks, _ in
                counts.append([manager.finishedCount, tasks.count { $0.state.isTerminal }])
            }
        }
        _ = run(2, in: harness)
        let running = harness.runGated(gate)
        running.cancel()
        gate.open()
        _ = run(4, in: harness)
        harness.proxy.removeFinishedTasks()
        harness.dispatchPending()
        XCTAssertEqual(counts.values.last, [0, 0])
        XCTAssertEqual(counts.values.map { $0[0] }.max(), 3)
        for count in counts.values { XCTAssertEqual(count[0], count[1]) }
    }

    func testPromise11AndAsLongAsTheAgeSays() {
        let harness = EngineHarness { $0.finishedTaskAge = .seconds(60) }
        let emissions = harness.emissions()
        let ids = run(1, in: harness)
        harness.clock.advance(by: .seconds(30))
        let later = run(1, in: harness)
        harness.clock.advance(by: .seconds(29))
        harness.dispatchPending()
        XCTAssertEqual(harness.tasks.map(\.id), ids + later)
        harness.clock.advance(by: .seconds(1))
        harness.iterate { harness.tasks.map(\.id) == later }
        XCTAssertEqual(harness.proxy.tasks().map(\.id), later)
        harness.clock.advance(by: .seconds(30))
        harness.iterate { harness.tasks.isEmpty }
        XCTAssertEqual(emissions.values.flatMap(\.tasks.changes.removed), ids + later)
        XCTAssertNil(harness.proxy.task(id: later[0]))
    }

    func testALimitOrAnAgeOfZeroOrLessKeepsNone() {
        let settings: [(Int, Duration?)] = [(0, nil), (-1, nil), (.min, nil), (10, .zero), (10, .seconds(-1))]
        for (limit, age) in settings {
            let harness = EngineHarness {
                $0.finishedTaskLimit = limit
                $0.finishedTaskAge = age
            }
            let ids = run(2, in: harness)
            XCTAssertEqual(harness.tasks.count, 0)
            XCTAssertEqual(harness.proxy.tasks().count, 0)
            XCTAssertNil(harness.proxy.task(id: ids[0]))
            XCTAssertEqual(harness.proxy.statistics.count(in: .completed), 2)
        }
    }

    func testAnAbsurdAgeKeepsThem() {
        let harness = EngineHarness { $0.finishedTaskAge = .seconds(Int64.max) }
        let ids = run(2, in: harness)
        harness.clock.advance(by: .seconds(1_000_000))
        harness.dispatchPending()
        XCTAssertEqual(harness.tasks.map(\.id), ids)
    }

    func testPromise11RemovingTellsHowManyAndTakesThemOutOfEveryList() {
        let harness = EngineHarness()
        let emissions = harness.emissions()
        let ids = run(4, in: harness)
        let hidden = harness.proxy.runThread(options: .hidden) { _ in }
        harness.settle()
        let live = harness.runGated(gate)
        XCTAssertEqual(harness.proxy.removeFinishedTasks(), 5)
        XCTAssertEqual(harness.proxy.removeFinishedTasks(), 0)
        XCTAssertEqual(harness.proxy.tasks().map(\.id), [live.id])
        XCTAssertNil(harness.proxy.task(id: ids[0]))
        XCTAssertNil(harness.proxy.task(id: hidden.id))
        harness.iterate { harness.tasks.map(\.id) == [live.id] }
        XCTAssertEqual(emissions.values.flatMap(\.tasks.changes.removed), ids)
        XCTAssertEqual(harness.proxy.statistics.total, 6)
        gate.open()
        harness.settle()
        XCTAssertEqual(harness.tasks.map(\.state), [.completed])
    }

    func testATaskThatWasLeftBehindHasEnded() {
        let harness = EngineHarness()
        let handle = harness.runGated(gate, key: "key", options: .abandonable)
        handle.cancel()
        harness.settle()
        XCTAssertEqual(harness.proxy.task(key: "key")?.state, .cancelled)
        XCTAssertEqual(harness.proxy.removeFinishedTasks(), 1)
        // Its body still runs.
        XCTAssertNil(harness.proxy.task(id: handle.id))
        XCTAssertNil(harness.proxy.task(key: "key"))
        XCTAssertEqual(harness.proxy.tasks().count, 0)
        let next = harness.proxy.runThread(key: "key") { _ in }
        next.cancel()
        XCTAssertEqual(harness.proxy.task(key: "key")?.id, next.id)
        gate.open()
        harness.settle()
    }
}
