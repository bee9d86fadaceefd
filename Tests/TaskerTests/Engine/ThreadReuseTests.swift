import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// A thread that ends a task takes the next one itself, and never lets one wait for what it still has to do.
final class ThreadReuseTests: XCTestCase {
    private let spawned = Journal<Void>()
    private let began = Journal<String>()

    /// - Parameter refused: Which of the threads that are asked for the system refuses.
    private func harness(
        maximumThreads: Int,
        refused: Int? = nil,
        _ configure: (inout TaskManagerConfiguration) -> Void = { _ in }
    ) -> EngineHarness {
        EngineHarness { [spawned] in
            $0.maximumThreads = maximumThreads
            $0.spawnThread = { argument in
                spawned.append(())
                return spawned.count == refused ? EAGAIN : ThreadPool.spawn(argument)
            }
            configure(&$0)
        }
    }

    func testTasksOneAfterTheOtherNeedOneThread() {
        let harness = harness(maximumThreads: 1)
        let gate = ThreadGate()
        harness.proxy.runThread { _ in gate.pass() }
        for _ in 0..<1000 { harness.proxy.runThread { _ in } }
        gate.open()
        harness.settle()
        XCTAssertEqual(spawned.count, 1)
    }

    /// Each thread has begun before the system says that there is one.
    func testTasksThatStartTogetherRunTogether() {
        let (gate, meeting, count) = (ThreadGate(), ThreadGate(), 6)
        let harness = harness(maximumThreads: count) { [spawned, began] in
            $0.spawnThread = { argument in
                let before = began.count
                spawned.append(())
                let status = ThreadPool.spawn(argument)
                while began.count == before { sched_yield() }
                return status
            }
        }
        let first = harness.proxy.runThread { [began] _ in
            began.append("first")
            gate.pass()
        }
        for index in 0..<count {
            harness.proxy.runThread(options: .after(first)) { [began] _ in
                began.append("\(index)")
                meeting.pass()
            }
        }
        gate.open()
        harness.iterate { began.count == 1 + count }
        meeting.open(for: count)
        harness.settle()
        XCTAssertEqual(spawned.count, count)
    }

    func testAResultMayWaitForTheNextTask() {
        let harness = harness(maximumThreads: 1)
        let (next, gate) = (ThreadGate(), ThreadGate())
        harness.proxy.runThread { _ in
            gate.pass()
            return WaitsAtTheEnd(for: next)
        }
        harness.proxy.runThread { _ in next.open() }
        gate.open()
        harness.settle()
        XCTAssertEqual(spawned.count, 2)
    }

    func testWhatAKeptErrorOwnedMayWaitForTheNextTask() {
        let next = ThreadGate()
        let harness = harness(maximumThreads: 1) { $0.finishedTaskLimit = 1 }
        // Hidden, so that only the manager keeps the error: on main it would end anyway.
        harness.proxy.runThread(options: .hidden) { _ in throw Failure(owned: WaitsAtTheEnd(for: next)) }
        harness.settle()
        let gate = ThreadGate()
        harness.proxy.runThread(options: .hidden) { _ in gate.pass() }
        harness.proxy.runThread(options: .hidden) { _ in next.open() }
        gate.open()
        harness.settle()
        XCTAssertEqual(spawned.count, 2)
    }

    func testWhatAFunctionOwnedMayWaitForAnotherTask() {
        let harness = harness(maximumThreads: 2)
        let (next, hasBegun) = (ThreadGate(), ThreadGate())
        var waiting: WaitsAtTheEnd? = WaitsAtTheEnd(for: next, telling: hasBegun)
        harness.proxy.runThread { [waiting] _ in withExtendedLifetime(waiting) {} }
        waiting = nil
        hasBegun.pass()
        harness.proxy.runThread { _ in next.open() }
        harness.settle()
        XCTAssertEqual(spawned.count, 2)
    }

    func testARefusedThreadIsNotTheEndOfAsking() {
        let harness = harness(maximumThreads: 4, refused: 2)
        let (gate, others) = (ThreadGate(), ThreadGate())
        let first = harness.proxy.runThread { _ in gate.pass() }
        harness.proxy.runThread(options: .after(first)) { [began] _ in
            others.pass()
            others.pass()
            began.append("first")
        }
        for name in ["second", "third"] {
            harness.proxy.runThread(options: .after(first)) { [began] _ in
                began.append(name)
                others.open()
            }
        }
        gate.open()
        harness.settle()
        XCTAssertEqual(Set(began.values.prefix(2)), ["second", "third"])
    }
}

private struct Failure: Error {
    let owned: WaitsAtTheEnd
}

/// What ends only when a gate has been opened.
private final class WaitsAtTheEnd: Sendable {
    private let gate: ThreadGate
    private let end: ThreadGate?

    init(for gate: ThreadGate, telling end: ThreadGate? = nil) {
        (self.gate, self.end) = (gate, end)
    }

    deinit {
        end?.open()
        gate.pass()
    }
}
