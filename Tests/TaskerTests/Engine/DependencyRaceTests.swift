import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// Dependencies that are added while what is waited for ends; promise 4.
final class DependencyRaceTests: XCTestCase {
    /// Stands still, and does something once when it is looked at: between what a call reads and its turn at the lock.
    private final class LookedAtClock: Clock {
        let whenRead = Lock<(@Sendable () -> Void)?>(nil)
        private let clock = ManualClock()

        var now: ManualClock.Instant {
            let action = whenRead.withLock { $0.take() }
            action?()
            return clock.now
        }

        var minimumResolution: Duration { clock.minimumResolution }

        func sleep(until deadline: ManualClock.Instant, tolerance: Duration?) async throws {
            try await clock.sleep(until: deadline, tolerance: tolerance)
        }
    }

    private struct Failure: Error {}

    /// Adds a dependency that ends between the look at its state and the step that adds it.
    private func addEnding(
        succeeded: Bool,
        file: StaticString = #filePath,
        line: UInt = #line
    ) throws -> TaskHandle<Void> {
        let (clock, gate) = (LookedAtClock(), ThreadGate())
        let harness = EngineHarness { $0.clock = clock }
        let dependency = harness.proxy.runThread { _ in
            gate.pass()
            if !succeeded { throw Failure() }
        }
        harness.proxy.pauseGroup("held")
        let handle = harness.proxy.runThread(options: .group("held")) { _ in }
        let ended = ThreadGate()
        clock.whenRead.withLock { whenRead in
            whenRead = {
                gate.open()
                Task.detached {
                    _ = try? await dependency.value
                    ended.open()
                }
                ended.pass()
            }
        }
        XCTAssertTrue(try handle.addDependency(dependency), file: file, line: line)
        XCTAssertEqual(dependency.state, succeeded ? .completed : .failed, file: file, line: line)
        let waitsFor = harness.proxy.scheduler.read { $0.machine.dependencies.dependencies(of: handle.id) }
        XCTAssertEqual(waitsFor, [], file: file, line: line)
        guard waitsFor.isEmpty else { return handle }
        harness.proxy.resumeGroup("held")
        harness.settle()
        return handle
    }

    func testPromise04ATaskStartsThoughItsDependencyCompletesWhileItIsAdded() throws {
        XCTAssertEqual(try addEnding(succeeded: true).state, .completed)
    }

    func testPromise17ATaskIsCancelledThoughItsDependencyFailsWhileItIsAdded() throws {
        let handle = try addEnding(succeeded: false)
        XCTAssertEqual(handle.state, .cancelled)
        XCTAssertEqual(handle.cancelReason, .dependencyFailed)
    }
}
