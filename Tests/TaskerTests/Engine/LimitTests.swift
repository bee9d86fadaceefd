import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 26, 27, 28: limits, order, and calls that do not wait.
final class LimitTests: XCTestCase {
    private func harness(_ configure: (inout TaskManagerConfiguration) -> Void) -> EngineHarness {
        EngineHarness(configure)
    }

    func testPromise26ExactlyAsManyThreadsRunAsMay() {
        let harness = harness { $0.maximumThreads = 7 }
        let (began, gate) = (Journal<Void>(), ThreadGate())
        let handles = (0..<50).map { _ in
            harness.proxy.runThread { _ in
                began.append(())
                gate.pass()
            }
        }
        for ended in 0...43 {
            harness.iterate { began.count == 7 + ended }
            XCTAssertEqual(handles.count { $0.state == .running }, 7)
            gate.open()
            harness.iterate { handles.count { $0.state.isTerminal } == ended + 1 }
        }
        gate.open(for: 6)
        harness.settle()
        XCTAssertEqual(began.count, 50)
    }

    func testPromise26TheLimitOfAllTasksHoldsAcrossKinds() {
        let harness = harness { $0.maximumConcurrentTasks = 3 }
        let (threadGate, coroutineGate) = (ThreadGate(), CoroutineGate())
        var handles: [TaskHandle<Void>] = []
        for _ in 0..<10 {
            handles.append(harness.proxy.runThread { _ in threadGate.pass() })
            handles.append(harness.proxy.addCoroutine { _ in await coroutineGate.pass() })
        }
        XCTAssertEqual(handles.map(\.state).filter { $0 == .running }.count, 3)
        harness.dispatchPending()
        XCTAssertEqual(handles.map(\.state).filter { $0 == .running }.count, 3)
        threadGate.open(for: 10)
        coroutineGate.open()
        harness.settle()
        XCTAssertTrue(handles.allSatisfy { $0.state == .completed })
    }

    func testPromise26ManyBlockedCoroutinesRunBesideEachOther() {
        let harness = harness { $0.maximumCoroutines = 200 }
        let (began, gate) = (Journal<Void>(), CoroutineGate())
        for _ in 0..<300 {
            harness.proxy.addCoroutine { _ in
                began.append(())
                await gate.pass()
            }
        }
        harness.iterate { began.count == 200 }
        harness.dispatchPending()
        XCTAssertEqual(began.count, 200)
        gate.open()
        harness.settle()
        XCTAssertEqual(began.count, 300)
    }

    func testPromise27EqualsStartInTheOrderOfSubmission() {
        let harness = harness { $0.maximumThreads = 1 }
        let (starts, gate) = (Journal<Int>(), ThreadGate())
        harness.proxy.runThread { _ in gate.pass() }
        for number in 0..<300 { harness.proxy.runThread { _ in starts.append(number) } }
        gate.open()
        harness.settle()
        XCTAssertEqual(starts.values, Array(0..<300))
    }

    func testPromise25GreaterPriorityStartsFirst() {
        let harness = harness { $0.maximumThreads = 1 }
        let (starts, gate) = (Journal<SchedulingPriority>(), ThreadGate())
        harness.proxy.runThread { _ in gate.pass() }
        for priority in [.low, .normal, 40, .high] as [SchedulingPriority] {
            harness.proxy.runThread(priority: priority) { _ in starts.append(priority) }
        }
        gate.open()
        harness.settle()
        XCTAssertEqual(starts.values, [.high, 40, .normal, .low])
    }

    func testPromise28TasksRunAndEndWithoutTheMainLoop() {
        let harness = harness { _ in }
        let (ran, finished) = (ThreadGate(), ThreadGate())
        let done = Journal<TaskState>()
        let handle = harness.proxy.runThread({ _ in ran.open() }, whenDone: { done.append($0.state) })
        harness.proxy.addCoroutine({ _ in ran.open() }, whenDone: { done.append($0.state) })
        ran.pass()
        ran.pass()
        Task.detached {
            _ = try? await handle.value
            finished.open()
        }
        finished.pass()
        XCTAssertEqual(handle.state, .completed)
        XCTAssertEqual(done.values, [])
        harness.settle()
        XCTAssertEqual(done.values, [.completed, .completed])
    }

    func testPromise28CancelAndShutdownReturnWithoutTheMainLoop() {
        let harness = harness { _ in }
        let (gate, ended) = (ThreadGate(), ThreadGate())
        let handles = (0..<200).map { _ in harness.proxy.runThread { _ in gate.pass() } }
        XCTAssertEqual(harness.proxy.cancelAll(), 200)
        gate.open(for: 200)
        harness.settle()
        XCTAssertTrue(handles.allSatisfy { $0.state == .cancelled })
        // The manager is idle: nothing is left that would need the loop.
        Task.detached { [proxy = harness.proxy] in
            await proxy.shutdown()
            ended.open()
        }
        ended.pass()
        XCTAssertFalse(harness.proxy.isRunning)
    }
}
