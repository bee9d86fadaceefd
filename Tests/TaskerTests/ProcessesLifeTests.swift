import XCTest

/// What is told of workers and commands that are cancelled, replaced, or stop halfway.
final class ProcessesLifeTests: XCTestCase {
    func testACancelIsReportedWhenTheProcessesHaveEnded_12_15() throws {
        let host = try runHost("cancelled")
        XCTAssertEqual(host.value("cancel"), "true true false false")
        XCTAssertEqual(host.value("at"), "once running running")
        XCTAssertEqual(Set(host.values("done")), ["process cancelled gone", "command cancelled gone"])
        XCTAssertEqual(host.value("again"), "false false")
        XCTAssertEqual(host.value("result"), "true true")
    }

    func testACancelOfAbandonableOnesIsReportedAtOnce_15() throws {
        let host = try runHost("cancelled", "abandonable")
        XCTAssertEqual(host.value("cancel"), "true true false false")
        XCTAssertEqual(host.value("at"), "once cancelled cancelled")
        XCTAssertEqual(Set(host.values("done")), ["process cancelled alive", "command cancelled alive"])
        XCTAssertEqual(host.value("result"), "true true")
    }

    func testReplacedOnesSayWhyAndWhatTheyStillCompleteIsDropped_16_17_18() throws {
        let host = try runHost("replaced")
        let ends = host.values("done")
        XCTAssertEqual(ends.filter { $0.hasPrefix("p") }, ["p1 cancelled keyReplaced", "p2 completed none"])
        // The first one ends with status 0 when it is told.
        XCTAssertEqual(ends.filter { $0.hasPrefix("c") }, ["c1 cancelled keyReplaced", "c2 completed none"])
    }

    func testCompletionSetsProgressToOneAndFailureLeavesIt_9_24() throws {
        let host = try runHost("halfway")
        XCTAssertEqual(
            Set(host.values("done")),
            [
                "process completed 1.0 1.0", "process failed 0.5 0.5",
                "command completed 1.0 1.0", "command failed 0.5 0.5",
            ]
        )
    }
}
