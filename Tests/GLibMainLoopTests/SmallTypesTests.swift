import CTaskerGLib
import GLibMainLoop
import XCTest

final class SmallTypesTests: XCTestCase {
    func testPrioritiesCompareByWhoGoesFirst() {
        let ordered: [SourcePriority] = [.high, .default, .redraw, .belowRedraw, .defaultIdle, .low]
        XCTAssertEqual(ordered.reversed().sorted(), ordered)
        XCTAssertEqual(SourcePriority.belowRedraw.rawValue, SourcePriority.redraw.rawValue + 1)
    }

    func testACancelledCancellableSaysSoToGIO() {
        let cancellable = Cancellable()
        XCTAssertFalse(cancellable.isCancelled)
        onAnotherThread { cancellable.cancel() }
        XCTAssertTrue(cancellable.isCancelled)
        XCTAssertNotEqual(g_cancellable_set_error_if_cancelled(cancellable.pointer, nil), 0)
    }

    func testALockLetsOneThreadInAtATime() {
        let count = Lock(0)
        let threads = (0..<4).map { _ in
            TestThread {
                for _ in 0..<10_000 { count.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.join() }
        XCTAssertEqual(count.withLock { $0 }, 40_000)
    }

    func testALockIsReleasedByAThrow() {
        struct Failure: Error {}
        let lock = Lock(0)
        XCTAssertThrowsError(try lock.withLock { _ in throw Failure() })
        XCTAssertEqual(lock.withLock { $0 }, 0)
    }
}
