import Tasker
import TestSupport
import XCTest

/// Tasks that wait for tasks of another manager.
final class ForeignDependencyTests: XCTestCase {
    private let harness = EngineHarness()
    private let other = EngineHarness()
    private let gate = ThreadGate()

    private struct Failure: Error {}

    private func settle() {
        harness.settle()
        other.settle()
    }

    func testATaskWaitsForATaskOfAnotherManager() {
        let dependency = other.runGated(gate)
        let follower = harness.proxy.runThread(options: .after(dependency)) { _ in }
        harness.dispatchPending()
        XCTAssertEqual(follower.state, .pending)
        gate.open()
        settle()
        XCTAssertEqual(follower.state, .completed)
    }

    func testAForeignTaskThatHasEnded() {
        let completed = other.proxy.runThread { _ in }
        let failed = other.proxy.runThread { _ in throw Failure() }
        other.settle()
        let handles = [
            harness.proxy.runThread(options: .after(completed)) { _ in },
            harness.proxy.runThread(options: .after(completed, failed)) { _ in },
            harness.proxy.runThread(options: .after(failed, runsRegardless: true)) { _ in },
        ]
        settle()
        XCTAssertEqual(handles.map(\.state), [.completed, .cancelled, .completed])
    }

    func testPromise17AForeignFailureCancelsWithItsReason() {
        let failing = other.proxy.runThread { [gate] _ in
            gate.pass()
            throw Failure()
        }
        let follower = harness.proxy.runThread(options: .after(failing)) { _ in }
        let next = other.proxy.runThread(options: .after(follower)) { _ in }
        gate.open()
        settle()
        XCTAssertEqual([follower.state, next.state], [.cancelled, .cancelled])
        XCTAssertEqual([follower.cancelReason, next.cancelReason], [.dependencyFailed, .dependencyFailed])
    }

    func testAForeignTaskThatEndsMeanwhile() {
        let followers = (0..<2000).map { _ in
            harness.proxy.runThread(options: .after(other.proxy.runThread { _ in })) { _ in }
        }
        settle()
        XCTAssertEqual(followers.count { $0.state == .completed }, 2000)
    }

    func testAForeignTaskThatCompletesWhileItIsAddedIsNoFailure() throws {
        let blocker = harness.runGated(gate)
        let followers = try (0..<2000).map { _ in
            let follower = harness.proxy.runThread(options: .after(blocker)) { _ in }
            XCTAssertTrue(try follower.addDependency(other.proxy.runThread { _ in }))
            return follower
        }
        gate.open()
        settle()
        XCTAssertEqual(followers.count { $0.state == .completed }, 2000)
    }

    func testOfAManagerThatIsGoneTheTaskIsStillThere() {
        let dependency = EngineHarness().runGated(gate)
        let follower = harness.proxy.runThread(options: .after(dependency)) { _ in }
        gate.open()
        harness.settle()
        XCTAssertEqual(follower.state, .completed)
    }

    func testACancelledFollowerDoesNotWaitForTheForeignTask() {
        let dependency = other.runGated(gate)
        let follower = harness.proxy.runThread(options: .after(dependency)) { _ in }
        XCTAssertTrue(follower.cancel())
        harness.settle()
        XCTAssertEqual(follower.state, .cancelled)
        gate.open()
        other.settle()
    }

    func testACircleThroughAnotherManagerIsRefused() throws {
        let blocker = harness.runGated(gate)
        let first = harness.proxy.runThread(options: .after(blocker)) { _ in }
        let second = other.proxy.runThread(options: .after(first)) { _ in }
        let third = other.proxy.runThread(options: .after(second)) { _ in }
        XCTAssertThrowsError(try first.addDependency(third)) { error in
            XCTAssertEqual((error as? TaskerError)?.code, .dependencyCycle)
        }
        let fourth = harness.proxy.runThread(options: .after(third)) { _ in }
        XCTAssertThrowsError(try first.addDependency(fourth), "Both are of one manager, what is between them is not.")
        gate.open()
        settle()
        XCTAssertEqual([first, second, third, fourth].map(\.state), Array(repeating: .completed, count: 4))
    }
}
