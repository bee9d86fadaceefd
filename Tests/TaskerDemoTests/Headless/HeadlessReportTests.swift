import XCTest

/// What a run without a window prints and makes of good input, however awkward.
final class HeadlessReportTests: XCTestCase {
    func testEachLineIsAnUpdateAndTheLastOneIsTheSummary() throws {
        let output = try Folder(for: self)
        let result = try runHeadless(.awkward(for: self), output: output)
        XCTAssertEqual(result.status, 0, result.errors)
        XCTAssertEqual(result.errors, "")
        let kinds = result.updates.reduce(into: [:]) { $0[$1.name] = $1.kind }
        XCTAssertEqual(
            kinds,
            ["Scan": "coroutine", "Checksum": "thread", "Render": "process", "Archive": "command"]
        )
        XCTAssertEqual(Set(result.updates.map { "\($0.id) \($0.name)" }).count, 4, "An id is one task's.")
        for name in kinds.keys {
            let updates = result.updates.filter { $0.name == name }
            let states = updates.map(\.state).filter { $0 != "pending" }
            XCTAssertEqual(states.last, "completed", name)
            XCTAssertTrue(states.dropLast().allSatisfy { $0 == "running" }, "\(name): \(states)")
            XCTAssertTrue(updates.compactMap(\.progress).allSatisfy { 0...1 ~= $0 }, name)
            XCTAssertNotNil(updates.last?.message, name)
        }
        let summary = result.summary
        XCTAssertEqual(summary.completed, 4)
        XCTAssertEqual([summary.pending, summary.running, summary.failed, summary.cancelled], [0, 0, 0, 0])
        XCTAssertGreaterThan(summary.seconds, 0)
        XCTAssertEqual(summary.output, output.path)
        XCTAssertGreaterThan(summary.mainLoop.ticks, 0)
        XCTAssertGreaterThanOrEqual(summary.mainLoop.worstGapMilliseconds, summary.mainLoop.p99GapMilliseconds)
        XCTAssertEqual(try output.names, ["SHA256SUMS", "archive.tar", "mandelbrot.png"])
    }

    func testScanCountsWhatIsThere() throws {
        let result = try runHeadless(.awkward(for: self), output: Folder(for: self))
        // Three folders; three links and a pipe.
        XCTAssertEqual(
            try result.last("Scan").message,
            "\(Folder.regularFilesOfAwkward) files, 200.0\u{A0}kB, 3 folders, 4 others"
        )
    }

    func testSHA256SumAcceptsTheManifest() throws {
        let folder = try Folder.awkward(for: self)
        let output = try Folder(for: self)
        _ = try runHeadless(folder, output: output)
        try assertManifestIsWhole(in: output, of: folder)
    }

    func testTheArchiveHoldsWhatIsThere() throws {
        let folder = try Folder.awkward(for: self)
        let output = try Folder(for: self)
        _ = try runHeadless(folder, output: output)
        try assertArchiveIsWhole(in: output, of: folder)
    }

    func testThePictureIsOne() throws {
        let output = try Folder(for: self)
        _ = try runHeadless(Folder(for: self), output: output)
        try assertPictureIsWhole(in: output)
    }

    func testAnEmptyFolder() throws {
        let output = try Folder(for: self)
        let result = try runHeadless(Folder(for: self), output: output)
        XCTAssertEqual(result.status, 0, result.errors)
        XCTAssertEqual(result.summary.completed, 4)
        XCTAssertEqual(try run("wc --bytes <\"$0\"", "\(output.path)/SHA256SUMS").lines, ["0"])
        XCTAssertEqual(try run("tar --list --file \"$0\"", "\(output.path)/archive.tar").lines, ["./"])
    }

    func testResultsInsideTheFolderAreLeftOut() throws {
        let folder = try Folder(for: self)
        try folder.addFile("file")
        try folder.addFile("results are not here")
        let inside = try Folder(in: folder, named: "results [*]")
        // What the first run leaves must not be the second one's input.
        for _ in 1...2 {
            let result = try runHeadless(folder, output: inside)
            XCTAssertEqual(result.status, 0, result.errors)
        }
        let listed = try run("tar --list --file \"$0\" | sort", "\(inside.path)/archive.tar").lines
        XCTAssertEqual(listed, ["./", "./file", "./results are not here"])
        XCTAssertEqual(try run("wc --lines <\"$0\"", "\(inside.path)/SHA256SUMS").lines, ["2"])
    }

    func testForPeopleItPrintsALineAStep() throws {
        let output = try Folder(for: self)
        let demo = try startDemo(["--headless", "--output", output.path, Folder.awkward(for: self).path])
        XCTAssertEqual(demo.finish(), 0, demo.errors)
        for name in ["Scan", "Checksum", "Render", "Archive"] {
            XCTAssertTrue(demo.lines.contains { $0.hasPrefix(name) && $0.contains(" completed ") }, name)
        }
        XCTAssertEqual(demo.lines.suffix(2).first?.hasPrefix("4 completed in "), true)
    }

    func testWithoutAnOutputFolderItMakesATemporaryOne() throws {
        let temporary = try Folder(for: self)
        let demo = try startDemo(
            ["--headless", "--json", Folder(for: self).path],
            environment: ["TMPDIR": temporary.path]
        )
        let result = try HeadlessResult(demo)
        XCTAssertEqual(result.status, 0, result.errors)
        XCTAssertEqual(try temporary.names.map { "\(temporary.path)/\($0)" }, [result.summary.output])
    }
}
