import CTaskerGLib
import TestSupport
import XCTest

@testable import GLibMainLoop

final class TimeoutSourceTests: XCTestCase {
    private let context = MainContext()

    func testATimeoutFiresAgainUntilItAnswersRemove() {
        let log = Journal<Int>(waking: MainContext())
        let source = context.addTimeout(every: .milliseconds(1)) {
            log.append(log.count)
            return log.count < 3 ? .continue : .remove
        }
        context.iterate { source.isRemoved }
        XCTAssertEqual(log.values, [0, 1, 2])
    }

    func testATimeoutFiresNoEarlierThanItsInterval() {
        let fired = Journal<gint64>(waking: MainContext())
        let added = g_get_monotonic_time()
        context.addTimeout(every: .microseconds(4001)) {
            fired.append(g_get_monotonic_time())
            return .remove
        }
        context.iterate { fired.count == 1 }
        XCTAssertGreaterThanOrEqual(fired.values[0] - added, 5000)
    }

    func testATimeoutOfZeroIsReadyAtOnce() {
        let log = Journal<Void>(waking: MainContext())
        context.addTimeout(every: .zero) {
            log.append(())
            return .remove
        }
        XCTAssertEqual(context.dispatchPending(), 1)
        XCTAssertEqual(log.count, 1)
    }

    func testATimeoutGoesBeforeAnIdleSource() {
        let log = Journal<String>(waking: MainContext())
        context.addIdle {
            log.append("idle")
            return .remove
        }
        context.addTimeout(every: .zero) {
            log.append("timeout")
            return .remove
        }
        context.dispatchPending()
        XCTAssertEqual(log.values, ["timeout", "idle"])
    }

    func testIntervalsAreRoundedUpToWholeMilliseconds() {
        XCTAssertEqual(Duration.milliseconds(1).wholeMilliseconds, 1)
        XCTAssertEqual(Duration.milliseconds(999).wholeMilliseconds, 999)
        XCTAssertEqual(Duration.seconds(2).wholeMilliseconds, 2000)
        XCTAssertEqual(Duration(secondsComponent: 0, attosecondsComponent: 1).wholeMilliseconds, 1)
        XCTAssertEqual(Duration.microseconds(1001).wholeMilliseconds, 2)
        XCTAssertEqual(Duration.nanoseconds(1_999_999_999).wholeMilliseconds, 2000)
    }

    func testIntervalsOutsideGLibsRangeAreClamped() {
        XCTAssertEqual(Duration.zero.wholeMilliseconds, 0)
        XCTAssertEqual(Duration.seconds(-1).wholeMilliseconds, 0)
        XCTAssertEqual(Duration(secondsComponent: .min, attosecondsComponent: 0).wholeMilliseconds, 0)
        XCTAssertEqual(Duration.milliseconds(4_294_967_294).wholeMilliseconds, 4_294_967_294)
        XCTAssertEqual(Duration.milliseconds(4_294_967_295).wholeMilliseconds, .max)
        XCTAssertEqual(Duration.milliseconds(4_294_967_296).wholeMilliseconds, .max)
        XCTAssertEqual(Duration(secondsComponent: .max, attosecondsComponent: 0).wholeMilliseconds, .max)
    }
}
