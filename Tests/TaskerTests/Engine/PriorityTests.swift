import TestSupport
import XCTest

@testable import Tasker

/// Promise 25: who starts first, and how that changes.
final class PriorityTests: XCTestCase {
    private let gate = ThreadGate()
    private let starts = Journal<String>()

    /// A manager whose one thread is taken.
    private func busyHarness(ageing: Duration? = .seconds(1)) -> EngineHarness {
        let harness = EngineHarness {
            $0.maximumThreads = 1
            $0.ageingInterval = ageing
        }
        _ = harness.runGated(gate)
        return harness
    }

    @discardableResult
    private func submit(
        _ name: String,
        _ priority: SchedulingPriority,
        options: TaskOptions = [],
        to harness: EngineHarness
    ) -> TaskHandle<Void> {
        harness.proxy.runThread(name: name, priority: priority, options: options) { [starts] _ in starts.append(name) }
    }

    private func finish(_ harness: EngineHarness) {
        gate.open()
        harness.settle()
    }

    func testPromise25AWaitingTaskGainsAPointInEachInterval() {
        let harness = busyHarness()
        submit("low", .low, to: harness)
        for (name, wait) in [("after 99 s", 99), ("after 100 s", 1), ("after 101 s", 1)] {
            harness.clock.advance(by: .seconds(wait))
            submit(name, .normal, to: harness)
        }
        finish(harness)
        XCTAssertEqual(starts.values, ["after 99 s", "low", "after 100 s", "after 101 s"])
    }

    func testPromise25WithoutAgeingPrioritiesAreAbsolute() {
        let harness = busyHarness(ageing: nil)
        submit("low", .low, to: harness)
        harness.clock.advance(by: .seconds(9 * 365 * 86_400))
        submit("a point more", 1, to: harness)
        submit("normal", .normal, to: harness)
        finish(harness)
        XCTAssertEqual(starts.values, ["a point more", "normal", "low"])
    }

    func testPromise25AnAgeingIntervalOfZeroOrLessIsTheShortestOne() {
        for ageing in [Duration.zero, .seconds(-5)] {
            let (harness, before) = (busyHarness(ageing: ageing), starts.count)
            submit("low", .low, to: harness)
            harness.clock.advance(by: .seconds(1))
            submit("high", .high, to: harness)
            finish(harness)
            XCTAssertEqual(Array(starts.values[before...]), ["low", "high"])
        }
    }

    func testPromise25AnyIntegerIsAPriority() {
        for ageing in [Duration?.some(.seconds(1)), .some(.seconds(Int64.max)), nil] {
            let (harness, before) = (busyHarness(ageing: ageing), starts.count)
            submit("least", SchedulingPriority(rawValue: .min), to: harness)
            submit("normal", .normal, to: harness)
            submit("greatest", SchedulingPriority(rawValue: .max), to: harness)
            finish(harness)
            XCTAssertEqual(Array(starts.values[before...]), ["greatest", "normal", "least"])
        }
    }

    func testPromise25APriorityCanBeChangedWhileTheTaskWaits() {
        let harness = busyHarness()
        let first = submit("first", .normal, to: harness)
        let second = submit("second", .low, to: harness)
        submit("third", .normal, to: harness)
        let last = submit("last", SchedulingPriority(rawValue: .max), to: harness)
        XCTAssertTrue(harness.proxy.setPriority(.normal, id: second.id))
        XCTAssertTrue(harness.proxy.setPriority(SchedulingPriority(rawValue: .min), id: last.id))
        XCTAssertEqual(second.snapshot.priority, .normal)
        XCTAssertEqual(first.snapshot.priority, .normal)
        harness.iterate { harness.tasks[id: last.id]?.priority.rawValue == .min }
        finish(harness)
        XCTAssertEqual(starts.values, ["first", "second", "third", "last"])
        XCTAssertEqual(harness.proxy.task(id: last.id)?.priority.rawValue, .min)
    }

    func testPromise25AlsoWhileItWaitsForItsTimeOrForAnotherTask() {
        let harness = busyHarness()
        let other = submit("other", .normal, to: harness)
        let delayed = harness.proxy.runLater(after: .seconds(10), .thread { [starts] _ in starts.append("delayed") })
        let dependant = submit("dependant", .low, options: .after(other), to: harness)
        submit("normal", .normal, to: harness)
        XCTAssertTrue(harness.proxy.setPriority(.high, id: delayed.id))
        XCTAssertTrue(harness.proxy.setPriority(300, id: dependant.id))
        harness.clock.advance(by: .seconds(10))
        harness.iterate { harness.proxy.scheduler.read { $0.machine.entry(delayed.id)?.phase == .ready } }
        finish(harness)
        XCTAssertEqual(starts.values, ["delayed", "other", "dependant", "normal"])
    }

    func testTheRunningTheEndedAndTheUnknownKeepTheirPriority() {
        let harness = EngineHarness()
        let running = harness.runGated(gate)
        let ended = harness.proxy.runThread { _ in }
        harness.iterate { ended.state == .completed }
        let stranger = EngineHarness().proxy.runThread { _ in }
        for id in [running.id, ended.id, stranger.id] {
            XCTAssertFalse(harness.proxy.setPriority(.high, id: id))
        }
        XCTAssertEqual([running, ended].map(\.snapshot.priority), [.normal, .normal])
        finish(harness)
    }

    func testATaskThatWaitsForItsNextAttemptHasStarted() {
        struct Failure: Error {}
        let harness = EngineHarness()
        let handle = harness.proxy.runThread(options: .retrying(1, .constant(.seconds(5)))) { _ in throw Failure() }
        harness.iterate { handle.snapshot.nextStart != nil }
        XCTAssertFalse(harness.proxy.setPriority(.high, id: handle.id))
        handle.cancel()
        harness.settle()
    }
}
