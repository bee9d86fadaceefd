import TestSupport
import XCTest

/// A running process task that is cancelled: told, then TERM, then KILL.
final class ProcessesCancelTests: XCTestCase {
    private func cancelled(_ words: String..., file: StaticString = #filePath, line: UInt = #line) throws -> Host {
        let host = try Host(["process"] + words, for: self)
        XCTAssertEqual(host.finish(), 0, file: file, line: line)
        XCTAssertEqual(host.value("cancel"), "1", file: file, line: line)
        XCTAssertEqual(host.values("done"), ["work cancelled"], file: file, line: line)
        XCTAssertEqual(host.value("reason"), "user", file: file, line: line)
        let pids = host.values("event").compactMap { pid_t($0.dropFirst(4)) }
        XCTAssertFalse(pids.isEmpty, file: file, line: line)
        assertGone(pids, file: file, line: line)
        return host
    }

    func testATaskThatListensIsToldAndEndsByItselfItsResultIsDropped_14_16() throws {
        // Its grace period is longer than the watchdog's.
        let host = try cancelled("cooperative")
        XCTAssertTrue(host.errors.contains("told true"), host.errors)
        XCTAssertNil(host.value("value"))
    }

    func testATaskThatDoesNotListenIsEnded_14() throws {
        _ = try cancelled("endless")
    }

    func testATaskThatIgnoresTermIsKilled_14() throws {
        _ = try cancelled("stubborn")
    }

    func testAGrandchildIsEndedWithTheTask_14() throws {
        _ = try cancelled("grandparent", "never")
    }

    func testACancelAtAnyMomentOfTheStartLeavesNothing_4_6_14() throws {
        let host = try Host(["early"], for: self)
        try host.read(until: "quiet")
        let ends = host.values("done")
        XCTAssertEqual(Set(ends), Set((0..<60).map { "\($0) cancelled" }))
        XCTAssertEqual(ends.count, 60)
        // Workers and commands have groups of their own; what shares the host's is not the library's, such as the thread
        // sanitizer's symbolizer.
        assertGone(ProcessTable.descendants(of: host.pid).filter { getpgid($0) != getpgid(host.pid) })
    }

    func testAGrandchildDoesNotOutliveATaskThatCompleted_32() throws {
        let host = try runHost("process", "grandparent", "result")
        XCTAssertEqual(host.value("done"), "work completed")
        assertGone(host.values("event").compactMap { pid_t($0.dropFirst(4)) })
    }
}
