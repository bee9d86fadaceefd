import TestSupport
import XCTest

/// A worker that ends without an answer.
final class ProcessesCrashTests: XCTestCase {
    @discardableResult
    private func assertCrash(
        _ way: String,
        _ expected: String...,
        file: StaticString = #filePath,
        line: UInt = #line
    ) throws -> Host {
        let host = try runHost("process", "crashing", way, file: file, line: line)
        XCTAssertEqual(host.value("done"), "work failed", file: file, line: line)
        XCTAssertEqual(host.value("code"), "workerCrashed", file: file, line: line)
        XCTAssertEqual(host.value("safe"), "false", file: file, line: line)
        let text = try XCTUnwrap(host.value("text"))
        for part in expected {
            XCTAssertTrue(text.contains(part), "\"\(part)\" is not in: \(text)", file: file, line: line)
        }
        let tail = try XCTUnwrap(host.value("tail"))
        XCTAssertTrue(tail.contains("last words of \(way)"), tail, file: file, line: line)
        return host
    }

    func testATrapIsToldWithItsSignal_4() throws {
        // What a trap of the standard library says depends on the optimization; that it is a signal does not.
        try assertCrash("trap", "signal")
    }

    func testAFatalErrorIsToldWithWhatItSaid_4() throws {
        try assertCrash("fatal", "signal", "Fatal error: out of paper")
    }

    func testAnExitIsToldWithItsStatus_4() throws {
        let host = try assertCrash("exit", "status 23")
        XCTAssertEqual([host.value("status"), host.value("signal")], ["23", "none"])
    }

    func testAnExitWithStatusZeroIsNoResult_4() throws {
        try assertCrash("success", "status 0")
    }

    func testAKillIsToldWithItsSignal_4() throws {
        try assertCrash("kill", "signal 9")
    }

    func testAStackOverflowIsToldWithItsSignal_4() throws {
        try assertCrash("overflow", "signal 11")
    }

    func testAnAbortIsToldWithItsSignal_4() throws {
        try assertCrash("abort", "signal 6")
    }

    func testCrashesHarmNoOtherTask_4() throws {
        let host = try runHost("neighbours")
        let ends = host.values("done")
        XCTAssertEqual(ends.count, 17)
        XCTAssertEqual(ends.filter { $0.hasPrefix("crash-") && $0.hasSuffix(" failed") }.count, 8)
        XCTAssertEqual(ends.filter { $0.hasPrefix("sum-") && $0.hasSuffix(" completed") }.count, 9)
        XCTAssertEqual(host.values("value"), Array(repeating: "55", count: 9))
        XCTAssertEqual(host.values("code"), Array(repeating: "workerCrashed", count: 8))
    }

    func testACrashedWorkersChildrenAreEnded_32() throws {
        let host = try runHost("process", "grandparent", "crash")
        XCTAssertEqual(host.value("code"), "workerCrashed")
        let pids = host.values("event").compactMap { pid_t($0.dropFirst(4)) }
        XCTAssertEqual(pids.count, 2)
        assertGone(pids)
    }
}
