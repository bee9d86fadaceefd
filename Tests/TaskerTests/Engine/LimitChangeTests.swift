import Tasker
import TestSupport
import XCTest

/// Promise 26: limits, asked for and changed while tasks run.
final class LimitChangeTests: XCTestCase {
    private let gate = ThreadGate()

    private func submit(_ count: Int, group: String? = nil, to harness: EngineHarness) -> [TaskHandle<Void>] {
        let options = group.map { TaskOptions.group($0) } ?? []
        return (0..<count).map { _ in harness.proxy.runThread(options: options) { [gate] _ in gate.pass() } }
    }

    private func running(_ handles: [TaskHandle<Void>]) -> Int {
        handles.count { $0.state == .running }
    }

    private func finish(_ handles: [TaskHandle<Void>], _ harness: EngineHarness) {
        gate.open(for: handles.count)
        harness.settle()
        XCTAssertTrue(handles.allSatisfy { $0.state == .completed })
    }

    func testLimitsTellWhatTheConfigurationSays() {
        let proxy = EngineHarness {
            $0.maximumThreads = 7
            $0.maximumProcesses = 0
            $0.maximumCommands = -3
            $0.groupLimits = ["network": 2, "none": 0]
        }.proxy
        XCTAssertNil(proxy.limit(of: .all))
        XCTAssertNil(proxy.limit(of: .pending))
        XCTAssertEqual(proxy.limit(of: .kind(.coroutine)), 1024)
        XCTAssertEqual(proxy.limit(of: .kind(.thread)), 7)
        XCTAssertEqual(proxy.limit(of: .kind(.process)), 1)
        XCTAssertEqual(proxy.limit(of: .kind(.command)), 1)
        XCTAssertEqual(proxy.limit(of: .group("network")), 2)
        XCTAssertEqual(proxy.limit(of: .group("none")), 1)
        XCTAssertNil(proxy.limit(of: .group("unknown")))
    }

    func testALimitIsWhatItWasSetToAndAtLeastOne() {
        let proxy = EngineHarness().proxy
        for scope in [LimitScope.all, .kind(.thread), .group("network"), .pending] {
            for (given, told) in [(5, 5), (0, 1), (-4, 1), (.min, 1), (nil, nil)] as [(Int?, Int?)] {
                proxy.setLimit(given, of: scope)
                XCTAssertEqual(proxy.limit(of: scope), told)
            }
        }
    }

    func testPromise26ARaisedLimitStartsTasksAtOnce() {
        for scope in [LimitScope.all, .kind(.thread), .group("network")] {
            let harness = EngineHarness()
            harness.proxy.setLimit(1, of: scope)
            let handles = submit(6, group: "network", to: harness)
            XCTAssertEqual(running(handles), 1)
            harness.proxy.setLimit(4, of: scope)
            XCTAssertEqual(running(handles), 4)
            harness.proxy.setLimit(nil, of: scope)
            XCTAssertEqual(running(handles), 6)
            finish(handles, harness)
        }
    }

    func testPromise26BelowALoweredLimitNothingStartsAndNothingEnds() {
        for scope in [LimitScope.all, .kind(.thread), .group("network")] {
            let harness = EngineHarness()
            harness.proxy.setLimit(4, of: scope)
            let handles = submit(6, group: "network", to: harness)
            harness.proxy.setLimit(0, of: scope)
            XCTAssertEqual(running(handles), 4)
            for (left, waiting) in [(3, 2), (2, 2), (1, 2), (1, 1), (1, 0), (0, 0)] {
                gate.open()
                // One ends and the next begins in one step, which this looks into.
                harness.iterate {
                    handles.count { $0.state.isTerminal } == 6 - left - waiting && running(handles) == left
                }
            }
            harness.settle()
        }
    }

    func testPromise26AGroupCountsAllKindsAndNoOtherTasks() {
        let harness = EngineHarness { $0.groupLimits = ["network": 2] }
        let coroutines = CoroutineGate()
        let grouped =
            submit(1, group: "network", to: harness)
            + [harness.proxy.addCoroutine(options: .group("network")) { _ in await coroutines.pass() }]
        let waiting = submit(1, group: "network", to: harness)
        let others = submit(3, to: harness) + submit(2, group: "disk", to: harness)
        XCTAssertEqual([running(grouped), running(waiting), running(others)], [2, 0, 5])
        XCTAssertEqual(waiting[0].snapshot.state, .pending)
        coroutines.open()
        harness.iterate { self.running(waiting) == 1 }
        finish(grouped + waiting + others, harness)
    }

    func testAGroupsLimitStaysWhenItHasNoTasks() {
        let harness = EngineHarness()
        harness.proxy.setLimit(1, of: .group("network"))
        for _ in 0..<3 {
            let handles = submit(2, group: "network", to: harness)
            XCTAssertEqual(running(handles), 1)
            finish(handles, harness)
        }
        XCTAssertEqual(harness.proxy.limit(of: .group("network")), 1)
    }

    func testPromise26AWaitingGroupDoesNotHoldUpOthers() {
        let harness = EngineHarness {
            $0.maximumThreads = 2
            $0.groupLimits = ["network": 1]
        }
        let network = submit(3, group: "network", to: harness)
        let other = submit(1, to: harness)
        XCTAssertEqual(running(network), 1)
        XCTAssertEqual(running(other), 1)
        finish(network + other, harness)
    }
}
