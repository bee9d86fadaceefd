import Dispatch
import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Promises 6, 12, 31 and 34 for a manager as a whole.
final class ManagerLifeTests: XCTestCase {
    private let log = Journal<String>()
    private let gate = ThreadGate()

    func testPromise12OfManyCancelsAtATimeOneChangesSomething() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        harness.proxy.runThread { [gate] _ in gate.pass() }
        for _ in 0..<100 {
            let handle = harness.proxy.runThread { _ in }
            let changes = Journal<Bool>()
            DispatchQueue.concurrentPerform(iterations: 4) { _ in changes.append(handle.cancel()) }
            XCTAssertEqual(changes.values.count { $0 }, 1)
        }
        gate.open()
        harness.settle()
    }

    func testPromise06And34ACompletionMayReleaseTheManagerWhichThenIsGone() {
        var configuration = TaskManagerConfiguration()
        // A source that was forgotten would hold its publisher for that long.
        configuration.redrawPatience = .seconds(3600)
        let last = Lock<TaskManagerProxy?>(TaskManagerProxy(configuration: configuration))
        weak var scheduler: Scheduler?
        weak var publisher: Publisher?
        weak var view: TaskManager?
        do {
            let proxy = last.withLock { $0 }
            scheduler = proxy?.scheduler
            publisher = proxy?.scheduler.publisher
            view = proxy?.manager
            let log = log
            proxy?.runThread(
                { [gate] context in
                    gate.pass()
                    context.setProgress(0.5)
                },
                whenDone: { _ in
                    last.withLock { $0 = nil }
                    log.append("done")
                }
            )
        }
        XCTAssertNotNil(scheduler)
        gate.open()
        EngineHarness().iterate { scheduler == nil && publisher == nil && view == nil }
        XCTAssertEqual(log.values, ["done"])
    }

    func testPromise31PendingTasksRunWithinTheDeadlineIfTheyAreNotToBeCancelled() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        let (proxy, log) = (harness.proxy, log)
        proxy.runThread { [gate] _ in gate.pass() }
        proxy.runThread({ _ in }, whenDone: { log.append("\($0.state)") })
        Task.detached {
            await proxy.shutdown(waitingFor: .seconds(10), cancelPending: false)
            log.append("shut down")
        }
        harness.iterate { harness.clock.sleeperCount == 1 }
        gate.open()
        harness.iterate { log.count == 2 }
        XCTAssertEqual(log.values, ["completed", "shut down"])
    }

    func testPromise31ASecondCallMayCancelWhatTheFirstLeftPending() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        let (proxy, log) = (harness.proxy, log)
        proxy.runThread { [gate] _ in gate.pass() }
        proxy.runThread({ _ in }, whenDone: { log.append("\($0.state)") })
        for cancelPending in [false, true] {
            Task.detached {
                let report = await proxy.shutdown(waitingFor: .seconds(10), cancelPending: cancelPending)
                log.append("shut down, \(report.cancelled.count) cancelled")
            }
            if !cancelPending { harness.iterate { !proxy.isRunning && harness.clock.sleeperCount == 1 } }
        }
        harness.iterate { log.count == 1 }
        XCTAssertEqual(log.values, ["cancelled"])
        gate.open()
        harness.iterate { log.count == 3 }
        XCTAssertEqual(log.values, ["cancelled", "shut down, 1 cancelled", "shut down, 1 cancelled"])
    }

    func testPromise31PendingTasksAreCancelledAtTheDeadlineAtTheLatest() {
        let harness = EngineHarness { $0.maximumThreads = 1 }
        let (proxy, log) = (harness.proxy, log)
        let began = Journal<Void>()
        proxy.runThread(
            { [gate] _ in
                began.append(())
                gate.pass()
            },
            whenDone: { log.append("running \($0.state)") }
        )
        proxy.runThread({ _ in }, whenDone: { log.append("pending \($0.state)") })
        harness.iterate { began.count == 1 }
        Task.detached {
            await proxy.shutdown(waitingFor: .seconds(10), cancelPending: false)
            log.append("shut down")
        }
        harness.iterate { harness.clock.sleeperCount == 1 }
        harness.dispatchPending()
        XCTAssertEqual(log.values, [])
        harness.clock.advance(by: .seconds(10))
        harness.iterate { log.count == 1 }
        gate.open()
        harness.iterate { log.count == 3 }
        XCTAssertEqual(log.values, ["pending cancelled", "running cancelled", "shut down"])
    }

    func testPromise31ADeadlineInThePastCountsAsNone() {
        let harness = EngineHarness()
        let (proxy, log) = (harness.proxy, log)
        let handle = proxy.runThread { [gate] _ in gate.pass() }
        Task.detached {
            await proxy.shutdown(waitingFor: .seconds(-10))
            log.append("shut down")
        }
        harness.iterate { handle.cancelReason == .shutdown }
        gate.open()
        harness.iterate { log.count == 1 }
        XCTAssertEqual(handle.state, .cancelled)
    }
}
