import XCTest

/// What stands in the way of the results, or of those who read about them.
final class HeadlessOutputTests: XCTestCase {
    func testWithoutTarOnlyTheArchiveFails() throws {
        #if TASKER_THREAD_SANITIZER
        try XCTSkipIf(true, "The sanitizer looks for its symbolizer on the PATH, and without it knows no suppression.")
        #endif
        let output = try Folder(for: self)
        let nothing = try Folder(for: self)
        let result = try runHeadless(.awkward(for: self), output: output, environment: ["PATH": nothing.path])
        XCTAssertEqual(result.status, 1)
        XCTAssertEqual(
            result.states,
            ["Scan": "completed", "Checksum": "completed", "Render": "completed", "Archive": "failed"]
        )
        let sentence = "The program tar was not found, or may not be run; is it installed?"
        XCTAssertEqual(try result.last("Archive").error, sentence)
        XCTAssertEqual(result.errors, "TaskerDemo: Archive: \(sentence)\n")
        XCTAssertEqual([result.summary.completed, result.summary.failed], [3, 1])
        XCTAssertEqual(try output.names, ["SHA256SUMS", "mandelbrot.png"])
    }

    /// Checks a run whose picture and archive could not be written.
    private func assertNotWritten(_ result: HeadlessResult, _ reason: String, checksum: String) throws {
        XCTAssertEqual(result.status, 1)
        XCTAssertEqual(
            result.states,
            ["Scan": "completed", "Checksum": checksum, "Render": "failed", "Archive": "failed"]
        )
        let render = try XCTUnwrap(result.last("Render").error)
        XCTAssertTrue(render.hasSuffix("mandelbrot.png” could not be written: \(reason)."), render)
        XCTAssertTrue(result.errors.contains("TaskerDemo: Archive: tar ended with s"), result.errors)
    }

    /// A folder that is larger than the room for its results.
    private func largeFolder() throws -> Folder {
        let folder = try Folder(for: self)
        try folder.addFile("large", String(repeating: "x", count: 1 << 20))
        return folder
    }

    func testFilesThatMayNotGrowLarge() throws {
        #if TASKER_THREAD_SANITIZER
        // The full disk is another test, which runs with the sanitizer, too.
        try XCTSkipIf(true, "The sanitizer keeps its own memory in files that are larger.")
        #endif
        let output = try Folder(for: self)
        let result = try runHeadless(
            largeFolder(),
            output: output,
            under: ["bash", "-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]
        )
        // The manifest is small enough.
        try assertNotWritten(result, "File too large", checksum: "completed")
        XCTAssertEqual(try output.names, ["SHA256SUMS"])
    }

    func testAFullDisk() throws {
        let output = try Folder(for: self)
        let own = ["unshare", "--mount", "--map-root-user", "bash", "-c"]
        // Full from the start: on a disk with some room the results race for it, and any of them may be the one that fits.
        let mount = "mount -t tmpfs -o size=128k tmpfs \"$0\" && ! cat /dev/zero 2>/dev/null >\"$0/filler\""
        let trial = try Program(own + [mount, output.path], for: self)
        try XCTSkipUnless(trial.finish() == 0, "A file system of one's own may not be mounted: \(trial.errors)")
        // The disk goes with the last process that sees it, so what is left on it has to be listed before.
        let script = "\(mount) && { \"$@\"; status=$?; ls -A \"$0\" >\"$LISTING\"; exit $status; }"
        let listing = try Folder(for: self)
        let result = try runHeadless(
            largeFolder(),
            output: output,
            under: own + [script, output.path],
            environment: ["LISTING": "\(listing.path)/names"]
        )
        try assertNotWritten(result, "No space left on device", checksum: "failed")
        let checksum = try XCTUnwrap(result.last("Checksum").error)
        XCTAssertTrue(checksum.hasSuffix("SHA256SUMS” could not be written: No space left on device."), checksum)
        XCTAssertEqual(try String(contentsOfFile: "\(listing.path)/names", encoding: .utf8), "filler\n")
    }

    func testAReaderThatGoesAway() throws {
        let output = try Folder(for: self)
        let arguments = ["--headless", "--json", "--output", output.path, try Folder.awkward(for: self).path]
        let demo = try startDemo(arguments)
        XCTAssertNotNil(demo.nextLine())
        demo.stopReading()
        XCTAssertEqual(demo.finish(), 0, demo.errors)
        XCTAssertEqual(try output.names, ["SHA256SUMS", "archive.tar", "mandelbrot.png"])
    }
}
