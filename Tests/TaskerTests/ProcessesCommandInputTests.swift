import Foundation
import XCTest

/// What external programs read.
final class ProcessesCommandInputTests: XCTestCase {
    private func shell(_ script: String, _ options: String...) throws -> Host {
        let host = try runHost(words: ["command"] + options + ["--", "sh", "-c", script])
        XCTAssertEqual(host.values("done").count, 1)
        return host
    }

    /// A path where there is nothing; what is there after the test is removed.
    private func freePath() -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tasker-\(UUID().uuidString)").path
        addTeardownBlock { try? FileManager.default.removeItem(atPath: path) }
        return path
    }

    // MARK: - Bytes

    func testACommandReadsTextAndThenTheEnd() throws {
        let host = try shell("cat; echo; echo end", "input=one ünd two")
        XCTAssertEqual(host.values("out"), ["12 one ünd two", "3 end"])
    }

    func testEmptyInputIsTheEndAtOnce() throws {
        XCTAssertEqual(try shell("cat; echo end", "input=").values("out"), ["3 end"])
    }

    func testMoreThanAPipeHoldsArrivesWhole() throws {
        XCTAssertEqual(try shell("wc -c", "inputSize=5000000").values("out"), ["7 5000000"])
    }

    func testAFilterIsReadWhileItReads() throws {
        let host = try shell("tee /dev/stderr", "inputSize=1000000")
        for stream in ["out", "err"] {
            let counts = host.values(stream).compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
            XCTAssertEqual(counts.reduce(0, +), 1_000_000, stream)
        }
    }

    func testAProgramThatDoesNotReadItsInputIsNoError_4() throws {
        let scripts = [
            ":": "completed", "head -c 1 > /dev/null": "completed", "exec <&-; head -c 1000000 /dev/zero": "completed",
            "exit 3": "failed",
        ]
        for (script, end) in scripts {
            XCTAssertEqual(try shell(script, "inputSize=5000000").values("done"), ["command \(end)"], script)
        }
    }

    func testWhatACommandLeavesBehindSeesTheEndOfTheInput() throws {
        // A shell gives what it runs in the background an empty input, unless it is told otherwise.
        let host = try shell("exec 3<&0; cat <&3 > /dev/null 2>&1 3<&- & echo $!", "inputSize=5000000")
        XCTAssertEqual(host.values("done"), ["command completed"])
        assertGone(host.values("out").compactMap { pid_t($0.split(separator: " ")[1]) })
    }

    func testInputIsAPipe() throws {
        XCTAssertEqual(try shell("test -p /dev/stdin && echo pipe", "input=x").values("out"), ["4 pipe"])
    }

    func testACommandThatWaitsForItsTurnToReadIsCancelled_14() throws {
        let host = try shell("echo go; exec sleep 1000", "inputSize=5000000", "cancelOn=go")
        XCTAssertEqual(host.values("done"), ["command cancelled"])
    }

    // MARK: - A file

    func testACommandReadsAFileItself() throws {
        let file = freePath()
        try "from a file\n".write(toFile: file, atomically: true, encoding: .utf8)
        XCTAssertEqual(
            try shell("cat; readlink /proc/$$/fd/0", "inputFile=" + file).values("out"),
            ["11 from a file", "\(file.utf8.count) \(file)"]
        )
    }

    func testAFileThatCannotBeReadIsSaidBeforeTheProgramStarts_4() throws {
        for file in ["/nonexistent/input", "/etc", "/tmp%00x"] {
            let host = try shell("echo started", "inputFile=" + file)
            XCTAssertEqual(host.values("done"), ["command failed"], file)
            XCTAssertEqual(host.value("code"), "spawnFailed", file)
            XCTAssertEqual(host.values("out"), [], file)
            let text = try XCTUnwrap(host.value("text"))
            XCTAssertTrue(text.contains(file.replacingOccurrences(of: "%00", with: "\\0")), text)
            XCTAssertTrue(file.contains("%") || text.contains("standard input"), text)
        }
    }

    func testANamedPipeWithoutAWriterHoldsNobody() throws {
        let file = freePath()
        XCTAssertEqual(mkfifo(file, 0o600), 0)
        XCTAssertEqual(try shell("cat; echo end", "inputFile=" + file).values("out"), ["3 end"])
    }

    func testAFileIsReadAsProgramsExpectIt() throws {
        // Descriptors that do not block make a read fail where it should wait.
        let host = try shell("grep flags /proc/self/fdinfo/0", "inputFile=/etc/passwd")
        let flags = try XCTUnwrap(
            host.value("out")?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0, radix: 8) }
        )
        XCTAssertEqual(flags & Int(O_NONBLOCK), 0)
    }

    // MARK: - A terminal

    func testACommandThatReadsItsTerminalFindsNoneInsteadOfHanging() throws {
        let host = try runHost("terminal")
        XCTAssertEqual(host.value("application"), "has a terminal")
        XCTAssertEqual(host.values("out"), ["no terminal"])
        XCTAssertEqual(host.values("done"), ["command completed"])
    }
}
