import Glibc
import XCTest

/// Bad input: a clear sentence, the other tasks unharmed, nothing half-written left behind.
final class HeadlessInputTests: XCTestCase {
    /// Runs the demo, which is to end with a sentence before it starts anything.
    private func assertRefused(
        _ arguments: [String],
        status: Int32 = 1,
        _ sentence: String,
        under prefix: [String] = [],
        file: StaticString = #filePath,
        line: UInt = #line
    ) throws {
        let demo = try startDemo(arguments, under: prefix)
        XCTAssertEqual(demo.finish(), status, file: file, line: line)
        XCTAssertEqual(demo.lines, [], file: file, line: line)
        XCTAssertTrue(demo.errors.contains(sentence), demo.errors, file: file, line: line)
    }

    func testAPathThatDoesNotExist() throws {
        let path = "\(try Folder(for: self).path)/missing"
        try assertRefused(["--headless", path], "TaskerDemo: There is no folder “\(path)”.\n")
    }

    func testAPathThatIsAFile() throws {
        let folder = try Folder(for: self)
        try folder.addFile("file")
        let path = "\(folder.path)/file"
        try assertRefused(["--headless", path], "TaskerDemo: “\(path)” is not a folder.\n")
    }

    func testAPathThatIsALoop() throws {
        let folder = try Folder(for: self)
        try folder.addLink("loop", to: "loop")
        let path = "\(folder.path)/loop"
        try assertRefused(["--headless", path], "“\(path)” cannot be read: Too many levels")
    }

    func testAnOutputFolderThatCannotBeMade() throws {
        // Below a file not even root can make one.
        let arguments = ["--headless", "--output", "/dev/null/x", try Folder(for: self).path]
        try assertRefused(arguments, "TaskerDemo: The output folder “/dev/null/x” cannot be made: Not a directory.\n")
    }

    func testAnOutputFolderThatIsTheFolderItself() throws {
        let folder = try Folder(for: self)
        let arguments = ["--headless", "--output", "\(folder.path)/.", folder.path]
        try assertRefused(arguments, "TaskerDemo: The results cannot go into the folder that is being read")
        XCTAssertEqual(try folder.names, [])
    }

    func testAWrongCommandLine() throws {
        try assertRefused(["--headles"], status: 64, "--headles")
        try assertRefused(["--json"], status: 64, "--json describes what --headless prints; pass both.")
    }

    func testAFolderThatMayNotBeRead() throws {
        let folder = try Folder(for: self)
        let prefix = try ordinaryUser()
        XCTAssertEqual(chmod(folder.path, 0), 0)
        let sentence = "TaskerDemo: The folder “\(folder.path)” cannot be read: Permission denied.\n"
        try assertRefused(["--headless", folder.path], sentence, under: prefix)
    }

    func testAnOutputFolderThatMayNotBeWritten() throws {
        let output = try Folder(for: self)
        let prefix = try ordinaryUser()
        XCTAssertEqual(chmod(output.path, 0o555), 0)
        let arguments = ["--headless", "--output", output.path, "/etc"]
        let sentence = "TaskerDemo: The output folder “\(output.path)” cannot be written: Permission denied.\n"
        try assertRefused(arguments, sentence, under: prefix)
    }

    func testUnreadableEntries() throws {
        let folder = try Folder(for: self)
        let output = try Folder(for: self)
        try folder.addFile("fine")
        try folder.addFile("secret")
        try folder.addFolder("closed")
        let prefix = try ordinaryUser()
        for path in [folder.path, output.path] { XCTAssertEqual(chmod(path, 0o777), 0) }
        for name in ["secret", "closed"] { XCTAssertEqual(chmod("\(folder.path)/\(name)", 0), 0) }
        let result = try runHeadless(folder, output: output, under: prefix)
        XCTAssertEqual(result.status, 1)
        XCTAssertEqual(
            result.states,
            ["Scan": "failed", "Checksum": "failed", "Archive": "failed", "Render": "completed"]
        )
        XCTAssertEqual(
            try result.last("Scan").error,
            "One entry could not be read: “closed” (Permission denied). Everything else was counted."
        )
        let checksum = try XCTUnwrap(result.last("Checksum").error)
        XCTAssertTrue(checksum.contains("“secret” (Permission denied)"), checksum)
        XCTAssertTrue(checksum.hasSuffix("No manifest was written."), checksum)
        for word in ["Scan: One", "Checksum: 2", "Archive: tar ended with status 2", "Permission denied"] {
            XCTAssertTrue(result.errors.contains(word), "\(word): \(result.errors)")
        }
        XCTAssertEqual(try output.names, ["mandelbrot.png"])
    }

    /// What to start the demo under so that permissions count.
    private func ordinaryUser() throws -> [String] {
        guard getuid() == 0 else { return [] }
        let prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all"]
        let trial = try Program(prefix + ["test", "-x", demoPath], for: self)
        try XCTSkipUnless(
            trial.finish() == 0,
            "Root may read everything, and here nobody else may run the demo: \(trial.errors)"
        )
        return prefix
    }
}
