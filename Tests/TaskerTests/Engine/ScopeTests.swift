import Dispatch
import TestSupport
import XCTest

@testable import Tasker

/// A manager's faces for single owners.
final class ScopeTests: XCTestCase {
    private let harness = EngineHarness()
    private let gate = ThreadGate()

    private func code(_ handle: TaskHandle<some Sendable>) -> TaskerError.Code? {
        (handle.error as? TaskerError)?.code
    }

    private func gated(_ scope: TaskScope, key: String? = nil) -> TaskHandle<Void> {
        scope.runThread(key: key) { [gate] _ in gate.pass() }
    }

    func testPromise18KeysAreAScopesOwn() {
        let scopes = [harness.proxy.scope("plugin"), harness.proxy.scope("plugin")]
        let handles = scopes.map { gated($0, key: "key") } + [harness.runGated(gate, key: "key")]
        XCTAssertEqual(handles.map(\.cancelReason), [nil, nil, nil])
        XCTAssertEqual(scopes.map { $0.task(key: "key")?.id }, [handles[0].id, handles[1].id])
        XCTAssertEqual(harness.proxy.task(key: "key")?.id, handles[2].id)
        XCTAssertEqual(handles.map(\.key), ["key", "key", "key"])
        XCTAssertTrue(scopes[0].cancelTask(key: "key"))
        XCTAssertFalse(scopes[0].cancelTask(key: "other"))
        XCTAssertEqual(handles.map(\.cancelReason), [.user, nil, nil])
        XCTAssertTrue(harness.proxy.cancelTask(key: "key"))
        XCTAssertEqual(handles.map(\.cancelReason), [.user, nil, .user])
        let next = scopes[1].runThread(key: "key") { _ in }
        XCTAssertEqual(handles[1].cancelReason, .keyReplaced)
        gate.open(for: 3)
        harness.settle()
        XCTAssertEqual(next.state, .completed)
        XCTAssertEqual(scopes[1].task(key: "key")?.id, next.id)
    }

    func testPromise18NobodyElseCanNameAScopesKey() {
        let scope = harness.proxy.scope("plugin")
        let handle = gated(scope, key: "key")
        for number in 0..<5000 {
            XCTAssertNil(harness.proxy.task(key: "\u{0}\(number)\u{0}key"))
            XCTAssertFalse(harness.proxy.cancelTask(key: "\(number)\u{0}key"))
        }
        let odd = harness.runGated(gate, key: "\u{0}odd")
        XCTAssertEqual(harness.proxy.task(key: "\u{0}odd")?.id, odd.id)
        XCTAssertEqual(odd.key, "\u{0}odd")
        XCTAssertNil(handle.cancelReason)
        gate.open(for: 2)
        harness.settle()
    }

    func testItsEventsAreThoseOfItsTasks() {
        let (scope, other) = (harness.proxy.scope("plugin"), harness.proxy.scope("plugin"))
        let (log, ended) = (Journal<String>(), ThreadGate())
        let events = scope.events()
        Task.detached {
            for await event in events {
                log.append("\(event.task.name) \(event.label)")
                if event.kind.isTerminal { return ended.open() }
            }
        }
        other.runThread(name: "other") { _ in }
        harness.proxy.runThread(name: "nobody's") { _ in }
        harness.settle()
        scope.runThread(name: "own") { _ in }
        ended.pass()
        XCTAssertEqual(log.values, ["own submitted", "own started", "own completed"])
        XCTAssertEqual(events.droppedCount, 0)
        harness.settle()
    }

    func testATaskOfAnotherScopeIsNotFoundById() {
        let (scope, other) = (harness.proxy.scope("plugin"), harness.proxy.scope("plugin"))
        let handle = gated(scope)
        XCTAssertEqual(scope.task(id: handle.id)?.id, handle.id)
        XCTAssertNil(other.task(id: handle.id))
        gate.open()
        harness.settle()
        XCTAssertEqual(scope.task(id: handle.id)?.state, .completed)
        XCTAssertNil(other.task(id: handle.id))
    }

    func testSnapshotsTellTheScopeAndListsAreItsOwn() {
        let (map, other) = (harness.proxy.scope("map"), harness.proxy.scope("other"))
        let first = map.runThread { _ in }
        harness.settle()
        let second = map.addCoroutine { _ in }
        let hidden = map.runThread(options: .hidden) { _ in }
        let foreign = other.runThread { _ in }
        let plain = harness.proxy.runThread { _ in }
        harness.settle()
        XCTAssertEqual(map.tasks().map(\.id), [first.id, second.id])
        XCTAssertEqual(map.tasks(kind: .coroutine, order: .newestFirst).map(\.id), [second.id])
        XCTAssertEqual(map.tasks(in: [.running]).map(\.id), [])
        XCTAssertEqual(other.tasks().map(\.id), [foreign.id])
        XCTAssertEqual(harness.proxy.tasks().map(\.scope), ["map", "map", "other", nil])
        XCTAssertEqual(harness.tasks.map(\.scope), ["map", "map", "other", nil])
        XCTAssertEqual(hidden.snapshot.scope, "map")
        XCTAssertEqual(harness.proxy.task(id: plain.id)?.scope, nil)
        XCTAssertEqual(map.name, "map")
    }

    func testItsTasksAreCancelledTogetherAndNoOthers() {
        let (scope, other) = (harness.proxy.scope("scope"), harness.proxy.scope("scope"))
        let own = (0..<3).map { _ in gated(scope) } + [scope.runLater(after: .seconds(60), .thread { _ in })]
        let foreign = [gated(other), harness.runGated(gate)]
        XCTAssertEqual(scope.cancelAll(), 4)
        XCTAssertEqual(scope.cancelAll(), 0)
        XCTAssertEqual(own.map(\.cancelReason), Array(repeating: .user, count: 4))
        XCTAssertEqual(foreign.map(\.cancelReason), [nil, nil])
        XCTAssertFalse(scope.isClosed)
        gate.open(for: 5)
        harness.settle()
        XCTAssertEqual(own.map(\.state), Array(repeating: .cancelled, count: 4))
        XCTAssertEqual(foreign.map(\.state), [.completed, .completed])
    }

    func testPromise33ItsIdleIsNotThatOfTheManager() {
        let (scope, log, other) = (harness.proxy.scope("scope"), Journal<String>(), ThreadGate())
        harness.run { try await scope.waitUntilIdle() }
        let foreign = harness.runGated(other)
        scope.runThread({ [gate] _ in gate.pass() }, whenDone: { _ in log.append("done") })
        Task.detached {
            do { try await scope.waitUntilIdle(timeout: .seconds(5)) } catch { log.append("timeout") }
            try await scope.waitUntilIdle()
            log.append("idle")
        }
        harness.iterate { harness.clock.sleeperCount == 1 }
        harness.clock.advance(by: .seconds(5))
        harness.iterate { log.count == 1 }
        gate.open()
        harness.iterate { log.count == 3 }
        XCTAssertEqual(log.values, ["timeout", "done", "idle"])
        XCTAssertEqual(foreign.state, .running)
        other.open()
        harness.settle()
    }

    // MARK: - Signals

    func testItsSignalsAreOfItsTasksOnly() {
        let scope = harness.proxy.scope("scope")
        let (all, own, updates) = (harness.labels(), Journal<String>(), Journal<EngineHarness.Emission>())
        MainActor.assumeIsolated {
            _ = scope.taskEvents.connect { own.append("\($0.task.name) \($0.label)") }
            _ = scope.tasksUpdated.connect { updates.append(EngineHarness.Emission(tasks: $0, overallProgress: $1)) }
        }
        let mine = scope.runThread(name: "mine") { context in
            context.setProgress(0.5)
            context.flush()
        }
        let hidden = scope.runThread(name: "hidden", options: .hidden) { _ in }
        let foreign = harness.proxy.runThread(name: "foreign") { _ in }
        harness.settle()
        XCTAssertEqual(Set(own.values.compactMap { $0.split(separator: " ").first }), ["mine", "hidden"])
        XCTAssertEqual(own.values, all.values.filter { !$0.hasPrefix("foreign") })
        XCTAssertTrue([mine, hidden, foreign].allSatisfy { $0.state == .completed })
        XCTAssertEqual(Set(updates.values.flatMap { $0.tasks.map(\.id) }), [mine.id])
        XCTAssertEqual(updates.values.flatMap(\.tasks.changes.added), [mine.id])
        MainActor.assumeIsolated { XCTAssertEqual(scope.manager.tasks.map(\.id), [mine.id]) }
        XCTAssertEqual(harness.tasks.map(\.id), [mine.id, foreign.id])
    }

    func testPromise23ItsOverallProgressIsThatOfItsTasks() {
        let (scope, gate) = (harness.proxy.scope("scope"), gate)
        func report(_ submitter: some TaskSubmitter, _ progress: Double) -> TaskHandle<Void> {
            submitter.runThread { context in
                context.setProgress(progress)
                context.flush()
                gate.pass()
            }
        }
        let handles = [report(scope, 0.5), report(harness.proxy, 0.1)]
        harness.iterate { handles.allSatisfy { harness.tasks[id: $0.id]?.progress != nil } }
        MainActor.assumeIsolated { XCTAssertEqual(scope.manager.overallProgress, 0.5) }
        XCTAssertEqual(harness.overallProgress, 0.3, accuracy: 1e-9)
        gate.open(for: 2)
        harness.settle()
        MainActor.assumeIsolated { XCTAssertEqual(scope.manager.overallProgress, 1) }
    }

    func testPromise11TasksThatAreNotKeptLeaveItsListToo() {
        let harness = EngineHarness { $0.finishedTaskLimit = 2 }
        let (scope, removed) = (harness.proxy.scope("scope"), Journal<TaskID>())
        MainActor.assumeIsolated {
            _ = scope.tasksUpdated.connect { tasks, _ in for id in tasks.changes.removed { removed.append(id) } }
        }
        let ids = (0..<4).map { _ in
            let handle = scope.runThread { _ in }
            harness.settle()
            return handle.id
        }
        XCTAssertEqual(removed.values, Array(ids[..<2]))
        XCTAssertEqual(harness.proxy.removeFinishedTasks(), 2)
        harness.iterate { removed.count == 4 }
        MainActor.assumeIsolated { XCTAssertTrue(scope.manager.tasks.isEmpty) }
    }

    // MARK: - Close

    func testPromise17ClosingCancelsItsTasksAndTakesNoMore() {
        let (scope, ends) = (harness.proxy.scope("scope"), Journal<String>())
        let running = gated(scope)
        let waiting = scope.runLater(after: .seconds(60), .thread { _ in })
        let foreign = harness.runGated(gate)
        XCTAssertEqual(scope.close(), 2)
        XCTAssertEqual(scope.close(), 0)
        XCTAssertTrue(scope.isClosed)
        XCTAssertEqual([running, waiting].map(\.cancelReason), [.scopeClosed, .scopeClosed])
        let refused = scope.runThread(key: "key", { _ in ends.append("ran") }, whenDone: { ends.append("\($0.state)") })
        XCTAssertEqual(code(refused), .scopeClosed)
        XCTAssertNil(foreign.cancelReason)
        gate.open(for: 2)
        harness.settle()
        XCTAssertEqual([running, waiting, refused].map(\.state), [.cancelled, .cancelled, .failed])
        XCTAssertEqual(ends.values, ["failed"])
        harness.run { try await scope.waitUntilIdle() }
        let handle = harness.proxy.runThread { _ in }
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }

    func testPromise04ARaceOfClosingAndSubmittingLosesNoTask() {
        for _ in 0..<50 {
            let (scope, ends) = (harness.proxy.scope("scope"), Journal<TaskState>())
            let handles = Journal<TaskHandle<Void>>()
            DispatchQueue.concurrentPerform(iterations: 2) { side in
                if side == 0 {
                    for _ in 0..<20 {
                        handles.append(
                            scope.addCoroutine(
                                { context in while !context.isCancelled { await Task.yield() } },
                                whenDone: { ends.append($0.state) }
                            )
                        )
                    }
                } else {
                    scope.close()
                }
            }
            harness.settle()
            XCTAssertEqual(ends.count, 20)
            XCTAssertTrue(handles.values.allSatisfy { $0.cancelReason == .scopeClosed || code($0) == .scopeClosed })
        }
    }
}
