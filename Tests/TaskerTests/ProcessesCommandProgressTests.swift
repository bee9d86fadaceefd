import XCTest

/// External programs whose lines tell their progress.
final class ProcessesCommandProgressTests: XCTestCase {
    private func progress(_ parser: String, _ script: String) throws -> String? {
        let host = try runHost(words: ["command", "progress=" + parser, "--", "sh", "-c", script + "; exit 1"])
        XCTAssertEqual(host.values("done"), ["command failed"])
        return host.value("progress")
    }

    // They fail, because completing sets the progress to 1.

    func testAPercentageThatIsRedrawnIsTheProgress() throws {
        XCTAssertEqual(try progress("percentage", "printf '\\\\r10%%\\\\r 25.5%%'"), "0.255 none")
    }

    func testProgressOnStandardErrorCounts() throws {
        XCTAssertEqual(try progress("percentage", "echo 50% >&2"), "0.5 none")
        XCTAssertEqual(try progress("count", "echo '[3/4] all' >&2"), "0.75 none")
    }

    func testACountIsTheProgress() throws {
        XCTAssertEqual(try progress("count", "echo 1 of 10; echo 4 of 10; echo nothing"), "0.4 none")
    }

    func testJSONLinesSetProgressAndMessage() throws {
        let script = #"echo '{"current":1,"total":4,"message":"Packing"}'; echo '{"progress":0.5}'; echo '{'"#
        XCTAssertEqual(try progress("jsonLines", script), "0.5 Packing")
    }

    func testOnOutputGetsTheLinesThatAParserReads() throws {
        let host = try runHost("command", "progress=percentage", "--", "printf", "10%%\\r20%%\\r\\n30%%")
        XCTAssertEqual(host.values("out"), ["3 10%", "3 20%", "3 30%"])
    }
}
