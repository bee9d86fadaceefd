import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Tasks, groups and managers that are paused.
final class PauseTests: XCTestCase {
    private let harness = EngineHarness {
        $0.maximumThreads = 1
        $0.maximumCoroutines = 1
    }
    private let gate = ThreadGate()
    private let log = Journal<String>()

    private func submit(_ name: String, group: String? = nil) -> TaskHandle<Void> {
        let options = group.map { TaskOptions.group($0) } ?? []
        return harness.proxy.runThread(name: name, options: options) { [log] _ in log.append(name) }
    }

    // MARK: - Tasks that wait

    func testPromise03APausedTaskThatWaitsGoesOnWaiting() {
        let events = harness.eventLog()
        harness.proxy.runThread(name: "first") { [gate] _ in gate.pass() }
        let (paused, other) = (submit("paused"), submit("other"))
        XCTAssertTrue(paused.pause())
        XCTAssertFalse(paused.pause())
        XCTAssertTrue(paused.snapshot.isPaused)
        harness.iterate { harness.tasks[id: paused.id]?.isPaused == true }
        gate.open()
        harness.run { _ = try await other.value }
        harness.settleThread()
        XCTAssertEqual(paused.state, .pending)
        XCTAssertTrue(paused.resume())
        XCTAssertFalse(paused.resume())
        harness.settle()
        XCTAssertFalse(paused.snapshot.isPaused)
        XCTAssertEqual(log.values, ["other", "paused"])
        XCTAssertEqual(
            events.values.filter { $0.hasPrefix("paused") },
            ["paused submitted", "paused paused", "paused resumed", "paused started", "paused completed"]
        )
    }

    func testAPausedTaskThatWaitsForItsTimeWaitsOn() {
        let handle = harness.proxy.runLater(after: .seconds(5), .thread { [log] _ in log.append("ran") })
        handle.pause()
        harness.advance(by: .seconds(10))
        harness.settleThread()
        XCTAssertEqual(handle.state, .pending)
        handle.resume()
        harness.settle()
        XCTAssertEqual(log.values, ["ran"])
        harness.expectNoTimer()
    }

    func testATaskResumedBeforeItsTimeWaitsForThat() {
        let handle = harness.proxy.runLater(after: .seconds(5), .thread { [log] _ in log.append("ran") })
        handle.pause()
        handle.resume()
        harness.settleThread()
        XCTAssertEqual(handle.state, .pending)
        harness.advance(by: .seconds(5))
        harness.settle()
        XCTAssertEqual(log.values, ["ran"])
    }

    func testPromise12APausedTaskThatWaitsIsCancelledAtOnce() {
        harness.proxy.pause()
        let handle = submit("never")
        handle.pause()
        handle.cancel()
        XCTAssertEqual(handle.state, .cancelled)
        XCTAssertFalse(handle.snapshot.isPaused)
        XCTAssertFalse(handle.resume())
        harness.settle()
        XCTAssertEqual(log.values, [])
    }

    func testWhatEndedOrWasNeverThereIsNotPaused() {
        let handle = submit("task")
        harness.settle()
        XCTAssertFalse(handle.pause())
        XCTAssertFalse(handle.resume())
        XCTAssertFalse(harness.proxy.pauseTask(id: handle.id))
        XCTAssertFalse(harness.proxy.resumeTask(id: handle.id))
        XCTAssertFalse(harness.proxy.resume())
        XCTAssertFalse(harness.proxy.resumeGroup("nobody's"))
    }

    // MARK: - Groups and managers

    func testAPausedGroupHoldsThoseThatJoinIt() {
        XCTAssertTrue(harness.proxy.pauseGroup("network"))
        XCTAssertFalse(harness.proxy.pauseGroup("network"))
        XCTAssertTrue(harness.proxy.isPaused(group: "network"))
        XCTAssertFalse(harness.proxy.isPaused(group: "disk"))
        let held = [submit("1", group: "network"), submit("2", group: "network")]
        let others = [submit("disk", group: "disk"), submit("none")]
        harness.run { for other in others { _ = try await other.value } }
        XCTAssertEqual(held.map(\.state), [.pending, .pending])
        XCTAssertTrue(harness.proxy.resumeGroup("network"))
        XCTAssertFalse(harness.proxy.isPaused(group: "network"))
        harness.settle()
        XCTAssertEqual(log.values, ["disk", "none", "1", "2"])
    }

    func testAPausedManagerStartsNothing() {
        XCTAssertTrue(harness.proxy.pause())
        XCTAssertFalse(harness.proxy.pause())
        XCTAssertTrue(harness.proxy.isPaused)
        let handles = [submit("1"), submit("2", group: "network"), submit("3")]
        harness.advance(by: .seconds(100))
        harness.dispatchPending()
        XCTAssertEqual(Set(handles.map(\.state)), [.pending])
        XCTAssertTrue(harness.proxy.setPriority(.high, id: handles[2].id))
        XCTAssertTrue(harness.proxy.resume())
        harness.settle()
        XCTAssertFalse(harness.proxy.isPaused)
        XCTAssertEqual(log.values, ["3", "1", "2"])
    }

    func testATaskGoesOnWhenNothingPausesItAnyMore() {
        let handle = submit("task", group: "network")
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        let proxy = harness.proxy
        let undo: [(TaskID) -> Void] = [
            { _ in proxy.resume() }, { _ in proxy.resumeGroup("network") }, { proxy.resumeTask(id: $0) },
        ]
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0], [0, 2, 1], [2, 0, 1]] {
            proxy.pause()
            proxy.pauseGroup("network")
            let task = submit("task", group: "network")
            task.pause()
            for step in order {
                XCTAssertEqual(task.state, .pending)
                undo[step](task.id)
            }
            harness.settle()
            XCTAssertEqual(task.state, .completed)
        }
    }

    func testPromise31AShutdownEndsWhatIsPaused() {
        let log = log
        let began = Journal<Void>()
        let standing = harness.proxy.runThread { context in
            began.append(())
            while true { try context.checkpoint() }
        }
        harness.iterate { began.count == 1 }
        harness.proxy.pause()
        let pending = submit("never")
        Task.detached { [proxy = harness.proxy] in
            await proxy.shutdown(waitingFor: .seconds(10), cancelPending: false)
            log.append("shut down")
        }
        harness.iterate { harness.clock.sleeperCount == 1 }
        harness.clock.advance(by: .seconds(10))
        harness.iterate { log.count == 1 }
        XCTAssertEqual([standing.state, pending.state], [.cancelled, .cancelled])
        XCTAssertEqual([standing.cancelReason, pending.cancelReason], [.shutdown, .shutdown])
        harness.expectNoTimer()
    }
}
