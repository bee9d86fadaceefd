import TestSupport
import XCTest

@testable import Tasker

/// What the observers on the main actor are told of tasks; promises 7 and 9 for them.
final class ObservingTests: XCTestCase {
    private let harness = EngineHarness()
    private let gate = ThreadGate()

    private struct Failure: Error {}

    /// A body that fails, reports, and stands still when it is paused, one after the other.
    private func submitEventful(began: Journal<Void>, _ options: TaskOptions...) -> TaskHandle<Void> {
        harness.proxy.runPeriodic(
            every: .seconds(10),
            .thread { [gate] context in
                began.append(())
                switch began.count {
                case 1: throw Failure()
                case 2:
                    context.setProgress(0.5)
                    context.flush()
                    gate.pass()
                default:
                    gate.pass()
                    try context.checkpoint()
                }
            },
            name: "task",
            options: TaskOptions(options + [.retrying(1, .constant(.seconds(1)))]),
            count: 2
        )
    }

    private func live(_ handle: TaskHandle<Void>, _ labels: Journal<String>, _ began: Journal<Void>) {
        func wait(for label: String) { harness.iterate { labels.values.contains("task \(label)") } }
        wait(for: "retrying 2")
        harness.clock.advance(by: .seconds(1))
        wait(for: "progressed")
        gate.open()
        wait(for: "iteration 1")
        harness.clock.advance(by: .seconds(9))
        harness.iterate { began.count == 3 }
        handle.pause()
        gate.open()
        wait(for: "paused")
        handle.resume()
        harness.settle()
    }

    private let everything = [
        "submitted", "started", "retrying 2", "progressed", "iteration 1", "paused", "resumed", "iteration 2",
        "completed",
    ].map { "task \($0)" }

    func testAllThatHappensToATaskIsToldInOrder() {
        for options in [TaskOptions(), .hidden] {
            let (labels, began) = (Journal<String>(), Journal<Void>())
            let connection = MainActor.assumeIsolated { [proxy = harness.proxy] in
                proxy.taskEvents.connect { labels.append("\($0.task.name) \($0.label)") }
            }
            live(submitEventful(began: began, options), labels, began)
            XCTAssertEqual(labels.values, everything)
            MainActor.assumeIsolated { connection.disconnect() }
        }
    }

    func testTheLastEventComesOnceAndBeforeWhenDone() {
        let labels = harness.labels()
        for number in 0..<300 {
            let handle = harness.proxy.runThread(
                name: "\(number)",
                { _ in if number.isMultiple(of: 3) { throw Failure() } },
                whenDone: { _ in labels.append("\(number) done") }
            )
            if number.isMultiple(of: 5) { handle.cancel() }
        }
        harness.settle()
        for number in 0..<300 {
            let own = labels.values.filter { $0.hasPrefix("\(number) ") }
            XCTAssertEqual(own.first, "\(number) submitted")
            XCTAssertEqual(own.last, "\(number) done")
            let endings = ["completed", "failed", "cancelled user"].map { "\(number) \($0)" }
            XCTAssertEqual(own.filter { endings.contains($0) }, [own[own.count - 2]])
        }
    }

    func testARefusedTaskIsSubmittedAndFails() {
        let labels = harness.labels()
        _ = harness.runGated(gate, key: "key")
        harness.proxy.runThread(key: "key", name: "refused", options: .keyPolicy(.reject)) { _ in }
        gate.open()
        harness.settle()
        XCTAssertEqual(labels.values.filter { $0.hasPrefix("refused") }, ["refused submitted", "refused failed"])
    }

    func testProgressIsNotToldBeforeTheStart() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        let (labels, reported) = (harness.labels(), ThreadGate())
        let blocker = harness.proxy.runThread(name: "blocker") { [gate] _ in gate.pass() }
        let handle = harness.proxy.runThread(name: "task", priority: .low) { [gate] context in
            context.setProgress(0.5)
            context.flush()
            reported.open()
            gate.pass()
        }
        harness.proxy.setPriority(.high, id: handle.id)
        // All of it happens before the main loop sees any of it.
        gate.open()
        reported.pass()
        harness.iterate { labels.values.contains("task progressed") }
        gate.open()
        harness.settle()
        XCTAssertEqual(blocker.state, .completed)
        XCTAssertEqual(
            labels.values.filter { $0.hasPrefix("task") },
            ["task submitted", "task started", "task progressed", "task completed"]
        )
    }

    func testPromise2ProgressIsNotToldBeforeTheStart() {
        let labels = harness.labels()
        let scheduler = harness.proxy.destination.scheduler
        let record = TaskRecord(
            info: TaskInfo(kind: .thread, name: "task", created: TaskTimestamp(.zero)),
            scheduler: scheduler,
            start: .call { _ in nil }
        )
        if let drain = scheduler.publisher.open(record) { scheduler.publisher.schedule(drain) }
        // What another thread has done of a start when it is stopped in the middle; the task was listed before that.
        record.setPriority(.high)
        record.markChanged()
        _ = record.begin(at: .zero)
        harness.iterate { harness.tasks[id: record.id]?.state == .running }
        // Two more times of publication.
        for number in 1...2 {
            let priority = SchedulingPriority(rawValue: number)
            record.setPriority(priority)
            record.markChanged()
            harness.iterate { harness.tasks[id: record.id]?.priority == priority }
        }
        XCTAssertEqual(labels.values, [])
        record.noteStartTold()
        harness.iterate { labels.count > 0 }
        XCTAssertEqual(labels.values, ["task progressed"])
    }

    func testAHiddenTasksProgressIsToldWhenItChangesAndNeverRunsBackwards() {
        let harness = EngineHarness { $0.publicationInterval = .zero }
        let (gate, told) = (gate, Journal<String>())
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            _ = proxy.taskEvents.connect { event in
                guard case .progressed = event.kind else { return }
                told.append("\(event.task.progress ?? -1) \(event.task.message ?? "")")
            }
        }
        let handle = harness.proxy.runThread(options: .hidden) { context in
            context.setProgress(0.8)
            gate.pass()
            context.setProgress(0.3)
            context.setMessage("message")
            gate.pass()
        }
        harness.iterate { told.count == 1 }
        gate.open()
        harness.iterate { told.values.last == "0.8 message" }
        handle.cancel()
        harness.dispatchPending()
        gate.open()
        harness.settle()
        XCTAssertTrue(told.values == ["0.8 ", "0.8 message"], "\(told.values)")
    }

    // MARK: - Observers

    func testSeveralObserversAreToldEachInTurn() {
        let log = Journal<String>()
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            for name in ["first", "second", "third"] {
                proxy.taskEvents.connect { log.append("\(name) \($0.label)") }
            }
        }
        harness.proxy.runThread { _ in }
        harness.settle()
        XCTAssertEqual(
            log.values,
            ["submitted", "started", "completed"].flatMap { label in
                ["first", "second", "third"].map { "\($0) \(label)" }
            }
        )
    }

    func testConnectingAndDisconnectingInsideAnObserver() {
        let (log, proxy) = (Journal<String>(), harness.proxy)
        let connections = Journal<SignalConnection>()
        MainActor.assumeIsolated {
            connections.append(
                proxy.taskEvents.connect { event in
                    log.append("first \(event.label)")
                    guard case .started = event.kind else { return }
                    for connection in connections.values { connection.disconnect() }
                    proxy.taskEvents.connect { log.append("new \($0.label)") }
                }
            )
            connections.append(proxy.taskEvents.connect { log.append("second \($0.label)") })
        }
        proxy.runThread { _ in }
        harness.settle()
        XCTAssertEqual(
            log.values,
            ["first submitted", "second submitted", "first started", "new completed"]
        )
    }

    func testNobodyPreparesEventsForNobody() {
        let clock = StepClock()
        let harness = EngineHarness { $0.now = { clock.now() } }
        /// How often the drain looks at the clock: once a call of somebody, and twice besides.
        func looks() -> Int {
            let handle = harness.proxy.runThread { _ in }
            harness.waitWithoutLoop(for: handle)
            let before = clock.looks
            harness.settle()
            // The drain that was to go on if one had not been enough.
            harness.dispatchPending()
            return clock.looks - before
        }
        let unobserved = looks()
        let connection = MainActor.assumeIsolated { [proxy = harness.proxy] in proxy.taskEvents.connect { _ in } }
        XCTAssertEqual(looks(), unobserved + 3)
        MainActor.assumeIsolated { connection.disconnect() }
        XCTAssertEqual(looks(), unobserved)
        let events = harness.proxy.events()
        XCTAssertTrue(harness.proxy.scheduler.events.hasSubscribers)
        XCTAssertEqual(looks(), unobserved)
        XCTAssertEqual(events.droppedCount, 0)
    }
}
