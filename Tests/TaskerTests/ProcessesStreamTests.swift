import XCTest

/// Streams that are closed, full, or never end.
final class ProcessesStreamTests: XCTestCase {
    private func assertOutput(standardError: String, file: StaticString = #filePath, line: UInt = #line) throws {
        let host = try runHost("standardError", standardError, file: file, line: line)
        XCTAssertEqual(host.values("done"), ["work completed"], file: file, line: line)
        XCTAssertEqual(host.value("value"), "nothing to read", file: file, line: line)
    }

    func testAWorkersOutputDoesNotEndAnApplicationWithoutStandardError() throws {
        try assertOutput(standardError: "closed")
    }

    func testAWorkersOutputDoesNotEndAnApplicationWhoseStandardErrorNobodyReads() throws {
        try assertOutput(standardError: "reader")
    }

    func testAWorkersOutputDoesNotWaitForAnApplicationsFullStandardError() throws {
        try assertOutput(standardError: "full")
    }

    func testACommandThatClosesItsStreamsRunsToItsEnd_4() throws {
        let host = try runHost(
            "command",
            "--",
            "sh",
            "-c",
            "echo open; exec >&- 2>&-; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exit 7"
        )
        XCTAssertEqual(host.values("out"), ["4 open"])
        XCTAssertEqual(host.value("code"), "commandFailed")
        XCTAssertTrue(try XCTUnwrap(host.value("text")).contains("status 7"))
    }

    func testAWorkerThatClosesItsConnectionHasCrashed_4() throws {
        let host = try runHost("process", "crashing", "hangUp")
        XCTAssertEqual(host.values("done"), ["work failed"])
        XCTAssertEqual(host.value("code"), "workerCrashed")
        XCTAssertTrue(try XCTUnwrap(host.value("text")).contains("signal 9"))
    }

    func testMemoryStaysFlatUnderACommandsGigabytes_34() throws {
        let host = try runHost("volume")
        XCTAssertEqual(host.values("bytes"), ["1047552", "0", "all", "all", "10475520"])
        XCTAssertLessThan(try XCTUnwrap(host.value("growth").flatMap { Int($0) }), 8)
    }
}
