import Foundation
import XCTest

/// External programs that fail, or cannot be started.
final class ProcessesCommandFailureTests: XCTestCase {
    private func shell(_ script: String, _ options: String...) throws -> Host {
        let host = try runHost(words: ["command"] + options + ["--", "sh", "-c", script])
        XCTAssertEqual(host.values("done").count, 1)
        return host
    }

    private func assertFailure(
        _ words: String...,
        code: String,
        mentions: String,
        file: StaticString = #filePath,
        line: UInt = #line
    ) throws {
        let host = try runHost(words: ["command"] + words, file: file, line: line)
        XCTAssertEqual(host.values("done"), ["command failed"], "\(words)", file: file, line: line)
        XCTAssertEqual(host.value("code"), code, "\(words)", file: file, line: line)
        let text = try XCTUnwrap(host.value("text"), file: file, line: line)
        XCTAssertEqual(
            [host.value("status"), host.value("signal")],
            ["none", "none"],
            "\(words)",
            file: file,
            line: line
        )
        XCTAssertTrue(text.contains(mentions), "\"\(mentions)\" is not in: \(text)", file: file, line: line)
    }

    // MARK: - It runs, and fails

    func testAStatusOtherThanZeroFailsWithTheLastWords_4() throws {
        let host = try shell("echo first >&2; echo last words >&2; exit 3")
        XCTAssertEqual(host.value("done"), "command failed")
        XCTAssertEqual(host.value("code"), "commandFailed")
        let text = try XCTUnwrap(host.value("text"))
        XCTAssertTrue(text.contains("status 3") && text.contains("last words"), text)
        XCTAssertEqual(host.value("tail"), "first\\nlast words")
        XCTAssertEqual([host.value("status"), host.value("signal")], ["3", "none"])
    }

    func testACommandThatDiesOfASignalFailsWithIt_4() throws {
        let host = try shell("kill -s SEGV $$")
        XCTAssertEqual(host.value("code"), "commandFailed")
        XCTAssertTrue(try XCTUnwrap(host.value("text")).contains("signal 11"))
        XCTAssertEqual([host.value("status"), host.value("signal")], ["none", "11"])
    }

    func testTheLastWordsAreTheLastLineThatWasDrawn_4() throws {
        let host = try shell("printf '10%%\\r20%%\\r\\nno space left\\r\\n' >&2; exit 1")
        XCTAssertEqual(host.value("text"), "sh ended with status 1: no space left")
    }

    func testAnAcceptedStatusIsAnAnswer_4() throws {
        for status in [0, 1] {
            let host = try shell("echo text; exit \(status)", "accept=0,1")
            XCTAssertEqual(host.value("done"), "command completed")
            XCTAssertTrue(try XCTUnwrap(host.value("value")).contains("exitStatus: \(status)"))
        }
        for script in ["exit 2", "kill -s HUP $$"] {
            let host = try shell(script, "accept=0,1")
            XCTAssertEqual(host.value("code"), "commandFailed", script)
        }
    }

    func testStatusZeroFailsWhereItIsNotAccepted_4() throws {
        let host = try shell("exit 0", "accept=1")
        XCTAssertEqual(host.value("code"), "commandFailed")
        XCTAssertEqual(host.value("status"), "0")
    }

    // MARK: - It cannot be started

    func testAMissingProgramIsSaidByName_4() throws {
        for program in ["no-such-program-here", "/nonexistent/program", "/", "/etc/passwd"] {
            try assertFailure("--", program, code: "executableNotFound", mentions: program)
        }
        try assertFailure("--", "", code: "executableNotFound", mentions: "empty")
    }

    func testAFileThatIsNoProgramIsSaidByName_4() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tasker-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        func write(_ text: String) throws {
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        }
        try write("no program\n")
        try assertFailure("--", file, code: "spawnFailed", mentions: file)
        try write("#!/nonexistent\n")
        try assertFailure("--", file, code: "executableNotFound", mentions: file)
    }

    func testAFolderThatIsNoneIsSaidByName_4() throws {
        for folder in ["/nonexistent/folder", "/etc/passwd"] {
            try assertFailure("cwd=" + folder, "--", "true", code: "spawnFailed", mentions: folder)
        }
        try assertFailure("cwd=", "--", "true", code: "spawnFailed", mentions: "true")
    }

    func testWhatTheSystemWouldCutOffIsRefused_4() throws {
        try assertFailure("--", "/bin/true%00x", code: "spawnFailed", mentions: "\"/bin/true\\0x\" holds a NUL")
        try assertFailure("--", "true%00x", code: "spawnFailed", mentions: "NUL")
        try assertFailure("--", "echo", "a", "b%00c", code: "spawnFailed", mentions: "b\\0c")
        try assertFailure("cwd=/usr%00x", "--", "pwd", code: "spawnFailed", mentions: "/usr\\0x")
        try assertFailure("env=A%00B=1", "--", "env", code: "spawnFailed", mentions: "A\\0B")
        try assertFailure("env=A=1%002", "--", "env", code: "spawnFailed", mentions: "variable \"A\"")
    }

    func testAVariableThatIsNoneIsSaidByName_4() throws {
        try assertFailure("env=1A=x", "--", "env", code: "spawnFailed", mentions: "1A")
    }

    func testMoreArgumentsThanTheSystemTakesAreSaid_4() throws {
        // One argument may have 128 KiB; the scenario makes it of the word.
        try assertFailure("--", "true", "%long", code: "spawnFailed", mentions: "true could not be started")
    }
}
