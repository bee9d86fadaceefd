import Dispatch
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Bodies that stand still at their checkpoints.
final class CheckpointTests: XCTestCase {
    private let harness = EngineHarness {
        $0.maximumThreads = 1
        $0.maximumCoroutines = 1
    }
    private let gate = ThreadGate()
    private let log = Journal<String>()

    /// A thread that begins, takes until the gate is opened for it, and comes to a checkpoint.
    private func submit(_ name: String = "task", options: TaskOptions = []) -> TaskHandle<Void> {
        harness.proxy.runThread(name: name, options: options) { [log, gate] context in
            log.append("\(name) began")
            gate.pass()
            do { try context.checkpoint() } catch {
                log.append("\(name) threw \(error is CancellationError)")
                throw error
            }
            log.append("\(name) went on")
        }
    }

    /// Runs a thread until it stands still.
    private func standingStill(_ name: String = "task", options: TaskOptions = []) -> TaskHandle<Void> {
        let handle = submit(name, options: options)
        harness.iterate { log.values.last == "\(name) began" }
        XCTAssertTrue(handle.pause())
        gate.open()
        // Has the slot that it gave back.
        harness.settleThread()
        return handle
    }

    func testWithoutAPauseItReturnsAtOnce() {
        gate.open()
        let thread = submit()
        let coroutine = harness.proxy.addCoroutine { context in
            for _ in 0..<1000 { try await context.checkpoint() }
        }
        harness.settle()
        XCTAssertEqual([thread.state, coroutine.state], [.completed, .completed])
    }

    func testAThreadStandsStillWithoutASlotAndGoesOn() {
        let events = harness.eventLog()
        let handle = standingStill()
        XCTAssertEqual(handle.state, .running)
        XCTAssertEqual(log.values, ["task began"])
        XCTAssertTrue(handle.resume())
        harness.settle()
        XCTAssertEqual(log.values, ["task began", "task went on"])
        XCTAssertEqual(
            events.values.filter { !$0.contains("Task ") },
            ["task submitted", "task started", "task paused", "task resumed", "task completed"]
        )
    }

    func testACoroutineStandsStillWithoutASlotAndGoesOn() {
        let (log, open) = (log, CoroutineGate())
        let handle = harness.proxy.addCoroutine { context in
            log.append("began")
            await open.pass()
            try await context.checkpoint()
            log.append("went on")
        }
        harness.iterate { log.count == 1 }
        handle.pause()
        open.open()
        let other = harness.proxy.addCoroutine { _ in log.append("other") }
        harness.run { _ = try await other.value }
        XCTAssertEqual(handle.state, .running)
        handle.resume()
        harness.settle()
        XCTAssertEqual(log.values, ["began", "other", "went on"])
    }

    func testItGoesOnWhenThereIsASlot() {
        let handle = standingStill()
        let other = submit("other")
        harness.iterate { log.count == 2 }
        handle.resume()
        harness.dispatchPending()
        XCTAssertEqual(log.values, ["task began", "other began"])
        XCTAssertTrue(handle.snapshot.isPaused || handle.snapshot.state == .running)
        gate.open()
        harness.settle()
        XCTAssertEqual(Set(log.values.suffix(2)), ["other went on", "task went on"])
        XCTAssertEqual(log.values.firstIndex(of: "other went on"), 2)
        XCTAssertEqual(other.state, .completed)
    }

    func testPausedAgainWhileItWaitsForASlotItGoesOnStandingStill() {
        let handle = standingStill()
        let other = submit("other")
        harness.iterate { log.count == 2 }
        handle.resume()
        XCTAssertTrue(handle.pause())
        gate.open()
        harness.run { _ = try await other.value }
        harness.settleThread()
        XCTAssertFalse(log.values.contains("task went on"))
        handle.resume()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }

    func testPromise12ACancelWakesItWithoutASlot() {
        for isCoroutine in [false, true] {
            let (log, began) = (Journal<String>(), Journal<Void>())
            let handle =
                isCoroutine
                ? harness.proxy.addCoroutine { context in
                    began.append(())
                    do { while true { try await context.checkpoint() } } catch { log.append("\(error)") }
                }
                : harness.proxy.runThread { context in
                    began.append(())
                    do { while true { try context.checkpoint() } } catch { log.append("\(error)") }
                }
            harness.iterate { began.count == 1 }
            handle.pause()
            harness.settleThread()
            // The slot is somebody else's.
            harness.proxy.runThread { [gate] _ in gate.pass() }
            XCTAssertTrue(handle.cancel())
            harness.iterate { handle.state == .cancelled }
            XCTAssertEqual(log.values, ["CancellationError()"])
            gate.open()
            harness.settle()
        }
    }

    func testACancelBeforeTheCheckpointIsThrownThere() {
        let handle = submit()
        harness.iterate { log.count == 1 }
        handle.pause()
        handle.cancel()
        gate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["task began", "task threw true"])
    }

    func testABodyThatEndsWithoutACheckpointHasEnded() {
        let (log, gate) = (log, gate)
        let events = harness.eventLog()
        let handle = harness.proxy.runThread(name: "task") { _ in
            log.append("began")
            gate.pass()
            return 7
        }
        harness.iterate { log.count == 1 }
        handle.pause()
        gate.open()
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), 7)
        XCTAssertFalse(handle.snapshot.isPaused)
        XCTAssertEqual(events.values, ["task submitted", "task started", "task completed"])
    }

    func testResumedOrCancelledBeforeItStoodStillNothingIsToldOfAPause() {
        let events = harness.eventLog()
        let resumed = submit()
        harness.iterate { log.count == 1 }
        resumed.pause()
        resumed.resume()
        gate.open()
        harness.settle()
        let cancelled = submit()
        harness.iterate { log.values.last == "task began" }
        harness.proxy.pause()
        cancelled.cancel()
        gate.open()
        harness.settle()
        harness.proxy.resume()
        XCTAssertEqual(
            events.values,
            [
                "task submitted", "task started", "task completed", "task submitted", "task started",
                "task cancelled user",
            ]
        )
    }

    func testEveryThreadOfABodyStandsStillAndGoesOnAndItIsToldOnce() {
        let (log, gate, began) = (log, gate, Journal<Void>())
        let events = harness.eventLog()
        let handle = harness.proxy.runThread(name: "task") { context in
            DispatchQueue.concurrentPerform(iterations: 2) { _ in
                began.append(())
                gate.pass()
                try? context.checkpoint()
                log.append("went on")
            }
        }
        harness.iterate { began.count == 2 }
        handle.pause()
        gate.open()
        harness.settleThread()
        // The first one is to go on, but there is no slot, when the second one comes.
        let (blockerBegan, blockerGate) = (Journal<Void>(), ThreadGate())
        harness.proxy.runThread { _ in
            blockerBegan.append(())
            blockerGate.pass()
        }
        harness.iterate { blockerBegan.count == 1 }
        handle.resume()
        gate.open()
        harness.dispatchPending()
        XCTAssertEqual(log.values, [])
        blockerGate.open()
        harness.settle()
        XCTAssertEqual(log.values, ["went on", "went on"])
        XCTAssertEqual(
            events.values.filter { !$0.contains("Task ") },
            ["task submitted", "task started", "task paused", "task resumed", "task completed"]
        )
    }

    func testElapsedTimeAndTheTimeOfAnAttemptStandStill() {
        let handle = submit(options: .timeout(.seconds(10)))
        harness.iterate { log.count == 1 }
        harness.advance(by: .seconds(4))
        handle.pause()
        gate.open()
        harness.settleThread()
        XCTAssertTrue(handle.snapshot.isPaused)
        harness.advance(by: .seconds(100))
        XCTAssertEqual(handle.snapshot.elapsed, .seconds(4))
        XCTAssertEqual(handle.state, .running)
        XCTAssertNil(handle.cancelReason)
        handle.resume()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(handle.snapshot.elapsed, .seconds(4))
    }

    func testWhatIsLeftOfTheTimeRunsOnAfterThePause() {
        let (began, gate) = (Journal<Void>(), gate)
        let handle = harness.proxy.runThread(options: .timeout(.seconds(10))) { context in
            began.append(())
            gate.pass()
            try context.checkpoint()
            began.append(())
            gate.pass()
        }
        harness.iterate { began.count == 1 }
        harness.advance(by: .seconds(4))
        handle.pause()
        gate.open()
        harness.settleThread()
        harness.advance(by: .seconds(100))
        handle.resume()
        harness.iterate { began.count == 2 }
        harness.advance(by: .seconds(6) - .nanoseconds(1))
        XCTAssertNil(handle.cancelReason)
        harness.advance(by: .nanoseconds(1))
        XCTAssertEqual(handle.cancelReason, .timeout)
        gate.open()
        harness.settle()
        XCTAssertEqual((handle.error as? TaskerError)?.code, .timedOut)
        XCTAssertEqual(handle.snapshot.elapsed, .seconds(10))
    }

    func testGroupsAndManagersStopBodiesToo() {
        let proxy = harness.proxy
        let ways: [(pause: () -> Void, resume: () -> Void)] = [
            ({ proxy.pauseGroup("network") }, { proxy.resumeGroup("network") }),
            ({ proxy.pause() }, { proxy.resume() }),
        ]
        for way in ways {
            let handle = submit(options: .group("network"))
            harness.iterate { log.values.last == "task began" }
            way.pause()
            XCTAssertFalse(handle.snapshot.isPaused)
            gate.open()
            harness.iterate { harness.tasks[id: handle.id]?.isPaused == true }
            XCTAssertTrue(handle.snapshot.isPaused)
            // Paused by itself as well, which is not told again.
            handle.pause()
            way.resume()
            XCTAssertTrue(handle.snapshot.isPaused)
            XCTAssertEqual(log.values.last, "task began")
            handle.resume()
            harness.settle()
            XCTAssertEqual(handle.state, .completed)
        }
    }

    func testThoseThatStoodStillGoOnByTheirRank() {
        let names = ["1", "2", "3"]
        let handles = names.map { standingStill($0) }
        harness.proxy.pause()
        for handle in handles.reversed() { handle.resume() }
        XCTAssertEqual(log.values, names.map { "\($0) began" })
        harness.proxy.resume()
        harness.settle()
        XCTAssertEqual(log.values.suffix(3), ["1 went on", "2 went on", "3 went on"])
    }

    func testAnAttemptThatIsPausedWhenItFailsWaitsForTheEndOfThePause() {
        let (log, gate, attempts) = (log, gate, Guarded(0))
        let handle = harness.proxy.runThread(options: .retrying(1, .constant(.zero))) { _ in
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            log.append("attempt \(attempt)")
            gate.pass()
            if attempt == 1 { throw TestFailure() }
        }
        harness.iterate { log.count == 1 }
        handle.pause()
        gate.open()
        harness.settleThread()
        XCTAssertEqual(log.values, ["attempt 1"])
        XCTAssertTrue(handle.snapshot.isPaused)
        handle.resume()
        gate.open()
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
    }

    func testABodyThatFailsWhileAThreadOfItStandsStillIsNoLongerShownAsPaused() {
        let (gate, began) = (gate, Journal<Void>())
        let left = DispatchGroup()
        let handle = harness.proxy.runThread(options: .retrying(1, .constant(.seconds(1)))) { context in
            began.append(())
            guard began.count == 1 else { return }
            DispatchQueue.global().async(group: left) {
                while (try? context.checkpoint()) != nil {
                    guard began.count == 1 else { return }
                }
            }
            gate.pass()
            throw TestFailure()
        }
        harness.iterate { began.count == 1 }
        harness.proxy.pause()
        harness.iterate { handle.snapshot.isPaused }
        gate.open()
        harness.iterate { handle.snapshot.nextStart != nil }
        XCTAssertFalse(handle.snapshot.isPaused)
        harness.proxy.resume()
        harness.advance(by: .seconds(1))
        harness.settle()
        left.wait()
        XCTAssertEqual(handle.state, .completed)
    }
}
