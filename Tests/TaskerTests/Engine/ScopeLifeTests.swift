import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Scope and manager, whichever is let go of first; promise 34 for scopes.
final class ScopeLifeTests: XCTestCase {
    private let gate = ThreadGate()

    func testAScopeOutlivesTheProxyAndKeepsItsManager() {
        let harness = EngineHarness()
        let proxy = Lock<TaskManagerProxy?>(TaskManagerProxy())
        weak let released = proxy.withLock { $0 }
        let scope = proxy.withLock { $0.map { $0.scope("scope") } }
        proxy.withLock { $0 = nil }
        XCTAssertNil(released)
        let ends = Journal<TaskState>()
        scope?.runThread({ _ in }, whenDone: { ends.append($0.state) })
        harness.iterate { ends.count == 1 }
        XCTAssertEqual(ends.values, [.completed])
    }

    func testItsTasksGoOnWhenAScopeIsLetGoOf() {
        let harness = EngineHarness()
        let ends = Journal<TaskState>()
        let handle = harness.proxy.scope("scope").runThread(
            { [gate] _ in gate.pass() },
            whenDone: { ends.append($0.state) }
        )
        XCTAssertNil(handle.cancelReason)
        gate.open()
        harness.settle()
        XCTAssertEqual(ends.values, [.completed])
        XCTAssertEqual(harness.tasks.map(\.scope), ["scope"])
    }

    func testPromise34NothingOfAScopeIsLeft() {
        let harness = EngineHarness()
        weak var view: TaskManager?
        weak var core: ScopeCore?
        weak var facade: TaskScope?
        do {
            let scope = harness.proxy.scope("scope")
            (view, core, facade) = (scope.manager, scope.destination.scope, scope)
            MainActor.assumeIsolated {
                _ = scope.tasksUpdated.connect { _, _ in }
                _ = scope.taskEvents.connect { _ in }
            }
            for _ in 0..<10 { scope.runThread(key: "key") { _ in } }
            scope.close()
            harness.settle()
        }
        XCTAssertNil(facade)
        // Kept tasks carry its name.
        XCTAssertNotNil(core)
        XCTAssertEqual(harness.proxy.removeFinishedTasks(), 10)
        harness.iterate { harness.tasks.isEmpty }
        harness.iterate { view == nil && core == nil }
    }

    func testAScopeOfAManagerThatWasShutDownWorksAgainAfterAStart() {
        let harness = EngineHarness()
        let scope = harness.proxy.scope("scope")
        harness.run { [proxy = harness.proxy] in await proxy.shutdown() }
        XCTAssertEqual((scope.runThread { _ in }.error as? TaskerError)?.code, .shutDown)
        XCTAssertTrue(harness.proxy.start())
        let handle = scope.runThread { _ in }
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }

    func testCountsOfManyScopesAreForgotten() {
        let harness = EngineHarness()
        for number in 0..<500 {
            let scope = harness.proxy.scope("\(number)")
            scope.runThread(options: .group("\(number)")) { _ in }
            scope.runThread { _ in }
        }
        harness.settle()
        harness.proxy.scheduler.read { state in
            XCTAssertTrue(state.machine.scopes.isEmpty)
            XCTAssertTrue(state.machine.scopeOfTask.isEmpty)
            XCTAssertTrue(state.machine.lines.isEmpty)
            XCTAssertEqual(state.machine.lanes.all, [0])
        }
    }

    func testPromise34NothingOfAScopeIsLeftOfAManagerThatKeptItsTasks() {
        weak var view: TaskManager?
        weak var core: ScopeCore?
        weak var scheduler: Scheduler?
        do {
            let harness = EngineHarness()
            let scope = harness.proxy.scope("scope")
            (view, core, scheduler) = (scope.manager, scope.destination.scope, harness.proxy.scheduler)
            MainActor.assumeIsolated { _ = scope.tasksUpdated.connect { _, _ in } }
            scope.runThread { _ in }
            harness.settle()
            XCTAssertEqual(harness.tasks.count, 1)
        }
        // The thread that ran the task may still hold it.
        EngineHarness().iterate { scheduler == nil && view == nil && core == nil }
    }
}
