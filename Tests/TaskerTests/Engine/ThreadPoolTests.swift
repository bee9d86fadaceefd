import GLibMainLoop
import Glibc
import TestSupport
import XCTest

@testable import Tasker

/// Promise 4 where the system gives no threads.
final class ThreadPoolTests: XCTestCase {
    private let log = Journal<String>()
    private let gate = ThreadGate()

    /// Starts threads while `allowed` says so; each refusal calls `refused` first.
    private func pool(allowed: Guarded<Int>, refused: @escaping @Sendable (ThreadPool?) -> Void = { _ in }) -> ThreadPool {
        let own = Lock<ThreadPool?>(nil)
        let pool = ThreadPool(name: "tested", idleSeconds: 1000) { argument in
            let isAllowed = allowed.withLock { allowed in
                allowed -= 1
                return allowed >= 0
            }
            if isAllowed { return ThreadPool.spawn(argument) }
            refused(own.withLock { $0 })
            return EAGAIN
        }
        own.withLock { $0 = pool }
        addTeardownBlock { own.withLock { $0 = nil } }
        return pool
    }

    private func submit(_ name: String, to pool: ThreadPool?, holding gate: ThreadGate? = nil) {
        Self.submit(name, to: pool, log, holding: gate)
    }

    private static func submit(
        _ name: String,
        to pool: ThreadPool?,
        _ log: Journal<String>,
        holding gate: ThreadGate? = nil
    ) {
        do {
            try pool?.execute {
                log.append("\(name) began")
                gate?.pass()
            }
        } catch {
            log.append("\(name) \(error.code)")
        }
    }

    private func waitFor(_ count: Int) {
        EngineHarness().iterate { log.count == count }
    }

    func testPromise04WithoutAnyThreadTheWorkIsRefusedAtOnce() {
        let allowed = Guarded(0)
        let pool = pool(allowed: allowed)
        submit("first", to: pool)
        XCTAssertEqual(log.values, ["first threadUnavailable"])
        allowed.withLock { $0 = 1 }
        submit("second", to: pool)
        waitFor(2)
        XCTAssertEqual(log.values.last, "second began")
    }

    func testPromise04WithABusyThreadTheWorkWaitsForIt() {
        let pool = pool(allowed: Guarded(1))
        submit("first", to: pool, holding: gate)
        waitFor(1)
        submit("second", to: pool)
        submit("third", to: pool)
        XCTAssertEqual(log.values, ["first began"])
        gate.open()
        waitFor(3)
        XCTAssertEqual(log.values, ["first began", "second began", "third began"])
    }

    func testPromise04WorkThatIsRefusedAThreadWakesOneThatHasBecomeIdle() {
        let pool = pool(allowed: Guarded(1)) { [gate] pool in
            gate.open()
            while pool?.idleThreadCount != 1 { sched_yield() }
        }
        submit("first", to: pool, holding: gate)
        waitFor(1)
        submit("second", to: pool)
        waitFor(2)
        XCTAssertEqual(log.values, ["first began", "second began"])
    }

    // Each of the two has been counted as a thread to come when the other one is refused.
    func testPromise04TwoRefusalsAtATimeStrandNoWork() {
        let pool = pool(allowed: Guarded(0)) { [log] pool in
            if log.count == 0 {
                log.append("refused")
                Self.submit("inner", to: pool, log)
            }
        }
        submit("outer", to: pool)
        XCTAssertEqual(log.values, ["refused", "inner threadUnavailable", "outer threadUnavailable"])
    }

    func testPromise04EveryTaskEndsOnceWhenTheSystemGivesNoThread() {
        let isExhausted = Lock(true)
        let harness = EngineHarness {
            $0.maximumConcurrentTasks = 1
            $0.spawnThread = { argument in isExhausted.withLock { $0 } ? EAGAIN : ThreadPool.spawn(argument) }
        }
        let (ends, open) = (Journal<TaskState>(), CoroutineGate())
        harness.proxy.addCoroutine { _ in await open.pass() }
        // So many that a start from within the end of the one before would use up the stack.
        let handles = (0..<20_000).map { _ in harness.proxy.runThread({ _ in }, whenDone: { ends.append($0.state) }) }
        open.open()
        harness.settle()
        XCTAssertEqual(ends.count, 20_000)
        XCTAssertTrue(ends.values.allSatisfy { $0 == .failed })
        XCTAssertTrue(handles.allSatisfy { ($0.error as? TaskerError)?.code == .threadUnavailable })
        isExhausted.withLock { $0 = false }
        let last = harness.proxy.runThread { _ in 7 }
        harness.settle()
        XCTAssertEqual(try last.result?.get(), 7)
    }
}
