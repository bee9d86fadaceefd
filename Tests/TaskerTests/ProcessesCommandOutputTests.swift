import Foundation
import XCTest

/// External programs that write into a file.
final class ProcessesCommandOutputTests: XCTestCase {
    private var folder = ""

    override func setUpWithError() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tasker-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    override func tearDown() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func shell(_ script: String, _ options: String...) throws -> Host {
        try runHost(words: ["command"] + options + ["--", "sh", "-c", script])
    }

    func testAProgramWritesItsFileItself() throws {
        let file = folder + "/out"
        let host = try shell("echo one; echo complaint >&2; readlink /proc/$$/fd/1", "outputFile=" + file)
        XCTAssertEqual(host.values("done"), ["command completed"])
        XCTAssertEqual(try String(contentsOfFile: file, encoding: .utf8), "one\n\(file)\n")
        XCTAssertEqual(host.values("out"), [])
        XCTAssertEqual(host.values("err"), ["9 complaint"])
        XCTAssertTrue(try XCTUnwrap(host.value("value")).contains("standardOutput: \"\", standardError: \"complaint\""))
    }

    func testWhatAFileHeldBeforeIsGone() throws {
        let file = folder + "/out"
        try "a longer text than the new one".write(toFile: file, atomically: true, encoding: .utf8)
        XCTAssertEqual(try shell("echo new", "outputFile=" + file).values("done"), ["command completed"])
        XCTAssertEqual(try String(contentsOfFile: file, encoding: .utf8), "new\n")
    }

    func testANewFileHasTheRightsOfAShellsOwn() throws {
        let file = folder + "/out"
        let host = try shell("true > \(file)-shell", "outputFile=" + file)
        XCTAssertEqual(host.values("done"), ["command completed"])
        func rights(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        XCTAssertEqual(try rights(file), try rights(file + "-shell"))
    }

    func testAFilterGoesFromFileToFile() throws {
        try "b\na\n".write(toFile: folder + "/in", atomically: true, encoding: .utf8)
        let host = try runHost("command", "inputFile=\(folder)/in", "outputFile=\(folder)/out", "--", "sort")
        XCTAssertEqual(host.values("done"), ["command completed"])
        XCTAssertEqual(try String(contentsOfFile: folder + "/out", encoding: .utf8), "a\nb\n")
    }

    func testAFileThatCannotBeMadeIsSaidBeforeTheProgramStarts_4() throws {
        let pipe = folder + "/pipe"
        XCTAssertEqual(mkfifo(pipe, 0o600), 0)
        for file in [folder + "/none/out", folder, pipe] {
            let host = try shell("echo started >&2", "outputFile=" + file)
            XCTAssertEqual(host.values("done"), ["command failed"], file)
            XCTAssertEqual(host.value("code"), "spawnFailed", file)
            XCTAssertEqual(host.values("err"), [], file)
            let text = try XCTUnwrap(host.value("text"))
            XCTAssertTrue(text.contains(file) && text.contains("standard output"), text)
        }
    }

    func testAMissingInputLeavesTheOutputAlone() throws {
        let file = folder + "/out"
        try "kept".write(toFile: file, atomically: true, encoding: .utf8)
        let host = try shell("echo started", "inputFile=/nonexistent/file", "outputFile=" + file)
        XCTAssertEqual(host.values("done"), ["command failed"])
        XCTAssertEqual(try String(contentsOfFile: file, encoding: .utf8), "kept")
    }
}
