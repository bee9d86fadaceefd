import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promise 18 with real bodies.
final class KeyTests: XCTestCase {
    private let harness = EngineHarness()
    private let gate = ThreadGate()
    private let log = Journal<String>()

    private func options(_ policy: KeyPolicy) -> TaskOptions {
        TaskOptions(keyPolicy: policy)
    }

    func testPromise18BodiesOfOneKeyNeverOverlap() {
        let inside = Lock(0)
        let overlaps = Journal<Int>()
        for number in 0..<500 {
            let policy: KeyPolicy = number.isMultiple(of: 3) ? .enqueue : .replace
            harness.proxy.runThread(key: "key", options: options(policy)) { _ in
                let count = inside.withLock { inside in
                    inside += 1
                    return inside
                }
                if count > 1 { overlaps.append(count) }
                sched_yield()
                inside.withLock { $0 -= 1 }
            }
        }
        harness.settle()
        XCTAssertEqual(overlaps.values, [])
    }

    func testPromise18KeepReturnsTheLiveTaskAndNeverRunsTheNewOne() {
        let log = log
        let live = harness.proxy.runThread(key: "key") { [gate] _ in
            gate.pass()
            return 1
        }
        let second = harness.proxy.runThread(
            key: "key",
            options: options(.keep),
            { _ in
                log.append("ran")
                return 2
            },
            whenDone: { _ in log.append("done") }
        )
        XCTAssertEqual(second, live)
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, [])
        XCTAssertEqual(try second.result?.get(), 1)
    }

    func testPromise18KeepWithAnotherTypeOfResultTellsSo() {
        harness.proxy.runThread(key: "key") { [gate] _ in
            gate.pass()
            return 1
        }
        let second = harness.proxy.runThread(key: "key", options: options(.keep)) { _ in "text" }
        gate.open()
        harness.settle()
        XCTAssertThrowsError(try second.result?.get()) { error in
            XCTAssertEqual((error as? TaskerError)?.code, .decodingFailed)
        }
    }

    func testPromise18RejectFailsWithAClearError() {
        let log = log
        let live = harness.proxy.runThread(key: "key") { [gate] _ in gate.pass() }
        let second = harness.proxy.runThread(
            key: "key",
            options: options(.reject),
            { _ in log.append("ran") },
            whenDone: { log.append("done \($0.state)") }
        )
        XCTAssertEqual((second.error as? TaskerError)?.code, .keyInUse)
        harness.iterate { log.count == 1 }
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["done failed"])
        XCTAssertEqual(live.state, .completed)
    }

    func testPromise18EnqueueRunsInOrder() {
        let log = log
        let names = (0..<20).map(String.init)
        for name in names {
            harness.proxy.runThread(key: "key", options: options(.enqueue)) { _ in log.append(name) }
        }
        harness.settle()
        XCTAssertEqual(log.values, names)
    }
}
