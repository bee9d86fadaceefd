import Tasker
import TestSupport
import XCTest

/// Of several submissions of one key in a row, the last one runs.
final class DebounceTests: XCTestCase {
    private let harness = EngineHarness()
    private let gate = ThreadGate()
    private let log = Journal<String>()

    private func submit(_ name: String, key: String? = "key") -> TaskHandle<Void> {
        harness.proxy.runThread(key: key, options: .debounce(.milliseconds(200))) { [log] _ in log.append(name) }
    }

    func testTheLatestWinsAndItsTimeCountsFromItsSubmission() {
        let first = (0..<5).map { number in
            let handle = submit("\(number)")
            harness.advance(by: .milliseconds(150))
            return handle
        }
        let last = submit("last")
        XCTAssertEqual(first.map(\.state), Array(repeating: .cancelled, count: 5))
        XCTAssertEqual(Set(first.map(\.cancelReason)), [.keyReplaced])
        harness.advance(by: .milliseconds(199))
        XCTAssertEqual(last.state, .pending)
        harness.advance(by: .milliseconds(1))
        harness.settle()
        XCTAssertEqual(log.values, ["last"])
        harness.expectNoTimer()
    }

    func testADelayOfNothingLeavesTheDebounceAsItIs() {
        let options = TaskOptions.debounce(.milliseconds(200))
        let later = harness.proxy.runLater(after: .zero, .thread { _ in }, options: options)
        let periodic = harness.proxy.runPeriodic(every: .seconds(1), .thread { _ in }, options: options, count: 1)
        harness.advance(by: .milliseconds(199))
        XCTAssertEqual([later.state, periodic.state], [.pending, .pending])
        harness.advance(by: .milliseconds(1))
        harness.settle()
        XCTAssertEqual([later.state, periodic.state], [.completed, .completed])
    }

    func testPromise18ALaterOneWaitsForTheBodyThatRuns() {
        let (log, began) = (log, Journal<Void>())
        let running = harness.proxy.runThread(key: "key", options: .debounce(.milliseconds(200))) { [gate] _ in
            began.append(())
            gate.pass()
            log.append("old ended")
        }
        harness.advance(by: .milliseconds(200))
        harness.iterate { began.count == 1 }
        let next = submit("new")
        harness.advance(by: .milliseconds(200))
        XCTAssertEqual(next.state, .pending)
        gate.open()
        harness.settle()
        XCTAssertEqual(running.cancelReason, .keyReplaced)
        XCTAssertEqual(log.values, ["old ended", "new"])
    }

    func testWithoutAKeyItIsADelay() {
        let handles = [submit("1", key: nil), submit("2", key: nil)]
        XCTAssertEqual(handles.map(\.snapshot.nextStart?.uptime), [.milliseconds(200), .milliseconds(200)])
        harness.advance(by: .milliseconds(200))
        harness.settle()
        XCTAssertEqual(handles.map(\.state), [.completed, .completed])
    }

    func testDelaysOutsideTheirRangeCountAsTheNearest() {
        let early = harness.proxy.runThread(options: .debounce(.seconds(-1))) { _ in }
        harness.settle()
        XCTAssertEqual(early.state, .completed)
        let late = harness.proxy.runThread(options: .debounce(.seconds(Int64.max))) { _ in }
        XCTAssertEqual(late.snapshot.nextStart?.uptime, .seconds(10 * 365 * 86_400))
        late.cancel()
    }

    func testAPeriodicTaskThatIsToBeginAtOnceKeepsItsDebounce() {
        let (log, options) = (log, TaskOptions.debounce(.milliseconds(200)))
        for name in ["first", "second"] {
            harness.proxy.runPeriodic(
                every: .seconds(1),
                .thread { _ in log.append(name) },
                key: "key",
                options: options,
                count: 1
            )
        }
        harness.advance(by: .milliseconds(200))
        harness.settle()
        XCTAssertEqual(log.values, ["second"])
    }
}
