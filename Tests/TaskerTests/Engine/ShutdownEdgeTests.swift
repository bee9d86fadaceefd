import GLibMainLoop
import Glibc
import TestSupport
import XCTest

@testable import Tasker

/// Promise 31 where callers, completions and the system get in the way.
final class ShutdownEdgeTests: XCTestCase {
    private let clock = ManualClock()
    private let gate = ThreadGate()
    private let log = Journal<String>()

    private static func resubmit(_ proxy: some TaskSubmitter, until isOver: Journal<Void>) {
        proxy.runThread(
            { _ in },
            whenDone: { _ in if isOver.count == 0 { resubmit(proxy, until: isOver) } }
        )
    }

    func testPromise31ACompletionThatSubmitsAgainDoesNotPutOffTheEnd() {
        let harness = EngineHarness()
        let isOver = Journal<Void>()
        addTeardownBlock { isOver.append(()) }
        Self.resubmit(harness.proxy, until: isOver)
        harness.run { [proxy = harness.proxy] in await proxy.shutdown() }
        isOver.append(())
        // What was refused is answered, too.
        harness.settle()
    }

    func testPromise31ACompletionThatSubmitsToAClosedScopeDoesNotPutOffTheEnd() {
        let harness = EngineHarness()
        let isOver = Journal<Void>()
        addTeardownBlock { isOver.append(()) }
        let scope = harness.proxy.scope("closed")
        Self.resubmit(scope, until: isOver)
        scope.close()
        harness.run { [proxy = harness.proxy] in await proxy.shutdown() }
        isOver.append(())
        harness.settle()
    }

    func testPromise31CancellingWhoWaitsCostsNobodyThePeriodsOfGrace() {
        let harness = EngineHarness()
        let (gate, log) = (gate, log)
        harness.proxy.runThread({ _ in gate.pass() }, whenDone: { log.append("\($0.state)") })
        let caller = Task.detached { [proxy = harness.proxy] in
            await proxy.shutdown()
            log.append("returned")
        }
        caller.cancel()
        harness.iterate { harness.clock.sleeperCount == 1 }
        XCTAssertEqual(log.values, [])
        gate.open()
        harness.iterate { log.count == 2 }
        XCTAssertEqual(log.values, ["completed", "returned"])
    }

    func testPromise31AnEndlessDeadlineIsOne() {
        let harness = EngineHarness {
            $0.clock = ContinuousClock()
            $0.gracePeriod = .seconds(Int64.max)
        }
        let (gate, log) = (gate, log)
        harness.proxy.runThread({ _ in gate.pass() }, whenDone: { log.append("\($0.state)") })
        harness.run { [proxy = harness.proxy] in
            let end = Task { await proxy.shutdown(waitingFor: .seconds(Int64.max)) }
            while proxy.isRunning { await Task.yield() }
            gate.open()
            _ = await end.value
        }
        XCTAssertEqual(log.values, ["completed"])
    }

    func testPromise31AnEndlessPublicationIntervalIsOne() {
        let harness = EngineHarness { $0.publicationInterval = .seconds(Int64.max) }
        let handle = harness.proxy.runThread { context in
            for step in 0...10 { context.setProgress(Double(step) / 10) }
        }
        harness.settle()
        XCTAssertEqual(harness.tasks[id: handle.id]?.progress, 1)
    }

    // The thread that submits learns only after the shutdown has begun that the system gives none.
    func testPromise31AStartThatFailsLateIsNoticed() {
        let refusing = ThreadGate()
        let attempts = Journal<Void>()
        let harness = EngineHarness {
            $0.spawnThread = { _ in
                attempts.append(())
                refusing.pass()
                return EAGAIN
            }
        }
        let log = log
        let submitting = Thread { [proxy = harness.proxy] in
            proxy.runThread({ _ in }, whenDone: { log.append("\($0.state)") })
        }
        submitting.start()
        harness.iterate { attempts.count == 1 }
        Task.detached { [proxy = harness.proxy] in
            await proxy.shutdown()
            log.append("returned")
        }
        // It waits: for the task, with the deadline beside it.
        harness.iterate { harness.clock.sleeperCount == 1 }
        refusing.open()
        harness.iterate { log.count == 2 }
        XCTAssertEqual(log.values, ["failed", "returned"])
    }

    func testPromise31ACompletionThatSubmitsToAClosedScopeAgainAndAgainDoesNotPutOffTheEnd() {
        let (harness, over) = (EngineHarness(), Journal<Void>())
        let scope = harness.proxy.scope("scope")
        @Sendable func submit() {
            scope.runThread({ _ in }, whenDone: { _ in if over.count == 0 { submit() } })
        }
        scope.close()
        submit()
        harness.run { [proxy = harness.proxy] in
            await proxy.shutdown()
            over.append(())
        }
        harness.settle()
    }
}
