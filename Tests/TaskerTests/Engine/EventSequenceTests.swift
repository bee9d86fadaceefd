import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// What happens to tasks, for any thread: `events()`.
final class EventSequenceTests: XCTestCase {
    private let harness = EngineHarness()
    private let gate = ThreadGate()

    private struct Failure: Error {}

    /// Notes what a subscriber is told.
    private func collect(_ events: TaskEvents, ended: Journal<Void> = Journal()) -> Journal<String> {
        let labels = Journal<String>()
        Task.detached {
            for await event in events { labels.append("\(event.task.name) \(event.label)") }
            ended.append(())
        }
        return labels
    }

    func testItNeedsNoMainLoopButForProgress() {
        let (events, ended) = (harness.proxy.events(), ThreadGate())
        let labels = Journal<String>()
        Task.detached {
            for await event in events {
                labels.append(event.label)
                if event.kind.isTerminal { return ended.open() }
            }
        }
        harness.proxy.runThread { $0.setProgress(0.5) }
        // The loop does not run.
        ended.pass()
        XCTAssertEqual(labels.values, ["submitted", "started", "completed"])
        harness.settle()
    }

    func testProgressComesWithTheLoopAndNeverAfterTheEnd() {
        let labels = collect(harness.proxy.events(buffering: .newest(100_000)))
        for number in 0..<200 {
            harness.proxy.runThread(name: "\(number)") { context in
                for step in 1...20 { context.setProgress(Double(step) / 20) }
                context.flush()
            }
        }
        harness.proxy.runThread(name: "last") { [gate] context in
            context.setProgress(0.5)
            gate.pass()
        }
        harness.iterate { labels.values.contains("last progressed") }
        gate.open()
        harness.iterate { labels.values.contains("last completed") }
        harness.settle()
        for number in 0..<200 {
            let own = labels.values.filter { $0.hasPrefix("\(number) ") }.map { $0.split(separator: " ")[1] }
            XCTAssertEqual(own.filter { $0 != "progressed" }, ["submitted", "started", "completed"])
            XCTAssertEqual(own.last, "completed")
            XCTAssertEqual(own.prefix(2), ["submitted", "started"])
        }
    }

    func testHiddenTasksAndEveryEndAreTold() {
        let labels = collect(harness.proxy.events())
        harness.proxy.runThread(name: "hidden", options: .hidden) { _ in }
        harness.proxy.runThread(name: "failing") { _ in throw Failure() }
        let handle = harness.proxy.runThread(name: "cancelled") { [gate] _ in gate.pass() }
        handle.cancel()
        gate.open()
        harness.iterate {
            labels.values.count { ["completed", "failed", "user"].contains($0.split(separator: " ").last) } == 3
        }
        XCTAssertTrue(
            Set(labels.values).isSuperset(of: ["hidden completed", "failing failed", "cancelled cancelled user"])
        )
        harness.settle()
    }

    func testEachSubscriberLosesAndCountsForItself() {
        let proxy = harness.proxy
        let (oldest, newest, all) = (
            proxy.events(buffering: .oldest(2)), proxy.events(buffering: .newest(2)), proxy.events()
        )
        for number in 0..<10 {
            harness.waitWithoutLoop(for: proxy.runThread(name: "\(number)") { _ in })
        }
        XCTAssertEqual([oldest, newest, all].map(\.droppedCount), [28, 28, 0])
        let labels = [oldest, newest, all].map { collect($0) }
        harness.iterate { labels.map(\.count) == [2, 2, 30] }
        XCTAssertEqual(labels[0].values, ["0 submitted", "0 started"])
        XCTAssertEqual(labels[1].values, ["9 started", "9 completed"])
        harness.settle()
    }

    func testItEndsWhenTheManagerIsGoneAndNotAtShutdown() {
        let ended = Journal<Void>()
        let proxy = Lock<TaskManagerProxy?>(TaskManagerProxy())
        weak let scheduler = proxy.withLock { $0?.scheduler }
        let labels = proxy.withLock { $0?.events() }.map { collect($0, ended: ended) }
        harness.run {
            guard let manager = proxy.withLock({ $0 }) else { return }
            try await manager.runThread(name: "first") { _ in }.value
            await manager.shutdown()
            manager.start()
            try await manager.runThread(name: "second") { _ in }.value
            try await manager.waitUntilIdle()
        }
        harness.iterate { labels?.values.last == "second completed" }
        XCTAssertEqual(ended.count, 0)
        proxy.withLock { $0 = nil }
        harness.iterate { ended.count == 1 }
        XCTAssertNil(scheduler)
    }

    func testACancelledConsumerEndsItsIterationOnly() {
        let (events, ended) = (harness.proxy.events(), Journal<Void>())
        let other = collect(harness.proxy.events())
        let consumer = Task.detached {
            for await _ in events {}
            ended.append(())
        }
        consumer.cancel()
        harness.iterate { ended.count == 1 }
        harness.proxy.runThread(name: "task") { _ in }
        harness.iterate { other.values.last == "task completed" }
        harness.settle()
    }
}
