import CTaskerGLib
import GLibMainLoop
import TestSupport
import XCTest

@testable import Tasker

/// What an attempt leaves behind is released where no lock is held.
final class RetryReleaseTests: XCTestCase {
    private struct Failure: Error {}

    func testWhatHangsOnTheCancellableOfAnAttemptIsReleasedUnderNoLock() {
        let (harness, log) = (EngineHarness(), Journal<String>())
        let proxy = harness.proxy
        let handle = proxy.runThread(options: .retrying(1, .constant(.zero))) { context in
            guard log.count == 0 else { return }
            log.append("attempt")
            // The end of a GObject is other people's code; it traps where it finds the scheduler's lock taken by its own thread.
            let witness = Witness { log.append("released, running: \(proxy.isRunning)") }
            let object = UnsafeMutableRawPointer(context.cancellable.pointer).assumingMemoryBound(to: GObject.self)
            g_object_set_data_full(object, "witness", Unmanaged.passRetained(witness).toOpaque()) { witness in
                if let witness { Unmanaged<Witness>.fromOpaque(witness).release() }
            }
            throw Failure()
        }
        harness.settle()
        XCTAssertEqual(handle.state, .completed)
        harness.iterate { log.count == 2 }
        XCTAssertEqual(log.values, ["attempt", "released, running: true"])
    }
}
