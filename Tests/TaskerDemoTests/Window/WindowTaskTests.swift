import Glibc
import TestSupport
import XCTest

/// Tasks in the window, started and cancelled as by people who see it with assistive technologies only.
final class WindowTaskTests: XCTestCase {
    /// GTK tells assistive technologies of no change that is smaller.
    private static let smallestStep = 0.001

    func testStartAllCompletesTheFourTasks() throws {
        let output = try Folder(for: self)
        let folder = try Folder.awkward(for: self)
        let window = try Window(["--output", output.path, folder.path], on: Desktop(for: self), for: self)
        XCTAssertEqual(try window.look().all("list item").map(\.name), [])
        try window.press("Start all")
        let names = ["Scan", "Checksum", "Render", "Archive"]
        for name in names {
            let row = try window.waitForRow(name, "completed")
            let bar = try XCTUnwrap(row.first("progress bar", "Progress of \(name)"), name)
            XCTAssertEqual(try XCTUnwrap(bar.value), 1, accuracy: Self.smallestStep, name)
            XCTAssertEqual(row.all("push button").map(\.name), [], "\(name) has ended.")
        }
        let tree = try window.look()
        // In the order of their ends, which is any.
        XCTAssertEqual(tree.rows.map(\.name).sorted(), names.map { "\($0), completed" }.sorted())
        XCTAssertEqual(tree.headings, ["Finished (4)"])
        let overall = try XCTUnwrap(tree.first("progress bar", "Overall progress")?.value)
        XCTAssertEqual(overall, 1, accuracy: Self.smallestStep)
        XCTAssertTrue(tree.texts.contains { $0.hasSuffix("files in \(output.path)/SHA256SUMS") }, "\(tree.texts)")
        XCTAssertFalse(tree.texts.contains("Render’s picture appears here."), "It is there.")
        XCTAssertEqual(try output.names, ["SHA256SUMS", "archive.tar", "mandelbrot.png"])
        try window.close()
    }

    func testAFailureIsReadableInItsRow() throws {
        let folder = try Folder(for: self)
        let window = try Window([folder.path], on: Desktop(for: self), for: self)
        try window.press("Fail")
        let row = try window.waitForRow("Fail", "failed")
        let sentence = "“\(folder.path)/this file does not exist” could not be opened: No such file or directory."
        XCTAssertTrue(row.texts.contains(sentence), "\(row.texts)")
        try window.close()
    }

    func testACrashIsReadableInItsRowAndHarmsNothingElse() throws {
        let window = try Window([Folder(for: self).path], on: Desktop(for: self), for: self)
        try window.press("Crash")
        let row = try window.waitForRow("Crash", "failed")
        XCTAssertTrue(row.texts.contains { $0.contains("signal 6") }, "\(row.texts)")
        try window.press("Render")
        try window.waitForRow("Render", "completed")
        try window.close()
    }

    func testWhatHasFailedCanBeStartedAgainFromItsRow() throws {
        let window = try Window([Folder(for: self).path], on: Desktop(for: self), for: self)
        try window.press("Scan")
        try window.waitForRow("Scan", "completed")
        for name in ["Fail", "Crash"] {
            try window.press(name)
            let row = try window.waitForRow(name, "failed")
            XCTAssertEqual(row.all("push button").map(\.name), ["Retry \(name)", "Copy the error"])
        }
        try window.press("Retry Fail")
        // In place of the one that it was.
        let rows = ["Fail, failed", "Crash, failed", "Scan, completed"]
        let tree = try window.wait { $0.rows.map(\.name) == rows }
        XCTAssertNotNil(tree.row("Fail")?.first("push button", "Retry Fail"))
        try window.close()
    }

    func testAMemoryHogIsEndedAtItsLimitAndReadableInItsRow() throws {
        let window = try Window([Folder(for: self).path], on: Desktop(for: self), for: self)
        try window.press("Hog")
        let row = try window.waitForRow("Hog", "failed")
        XCTAssertTrue(row.texts.contains { $0.contains("its limit is 256.0") }, "\(row.texts)")
        try window.close()
    }

    func testWhatIgnoresCancelIsEndedAllTheSameWithItsChildren() throws {
        let window = try Window([Folder(for: self).path], on: Desktop(for: self), for: self)
        for (name, message) in [("Hang", "does not listen to Cancel"), ("Stubborn", "Ignores Cancel")] {
            try window.press(name)
            try window.waitForRow(name, "running")
            // When it says so, it does so.
            try window.wait { $0.texts.contains { $0.contains(message) } }
            try window.press("Cancel \(name)")
            try window.waitForRow(name, "cancelled")
        }
        let left = ProcessTable.descendants(of: window.demo.pid).flatMap { ProcessTable.commandLine(of: $0) }
        XCTAssertFalse(left.contains("1000000"), "\(left)")
        try window.close()
    }

    func testPauseHoldsATaskAndResumeLetsItGoOn() throws {
        let window = try Window(
            ["--output", Folder(for: self).path, Folder.awkward(for: self).path],
            on: Desktop(for: self),
            environment: FakeTar(for: self).environment,
            for: self
        )
        try window.press("Archive")
        try window.waitForRow("Archive", "running")
        try window.press("Pause Archive")
        try window.waitForRow("Archive", "paused")
        try window.press("Resume Archive")
        try window.waitForRow("Archive", "running")
        try window.press("Cancel Archive")
        try window.waitForRow("Archive", "cancelled")
        try window.close()
    }

    func testCancelEndsARunningTask() throws {
        let output = try Folder(for: self)
        let window = try Window(
            ["--output", output.path, Folder.awkward(for: self).path],
            on: Desktop(for: self),
            environment: FakeTar(for: self).environment,
            for: self
        )
        for button in ["Cancel Archive", "Cancel all"] {
            try window.press("Archive")
            let row = try window.waitForRow("Archive", "running")
            XCTAssertEqual(row.first("push button", "Cancel Archive")?.states.contains("sensitive"), true)
            FakeTar.waitUntilPacked(in: window.demo)
            try window.press(button)
            let cancelled = try window.waitForRow("Archive", "cancelled")
            XCTAssertNil(cancelled.first("push button", "Cancel Archive"))
            XCTAssertEqual(try output.names, [])
        }
        try window.close()
    }

    func testWhatRunsStandsFirstThenTheLastEndAndWhatHasEndedCanBeCleared() throws {
        let window = try Window([Folder(for: self).path], on: Desktop(for: self), for: self)
        try window.press("Scan")
        try window.waitForRow("Scan", "completed")
        try window.press("Fail")
        try window.waitForRow("Fail", "failed")
        try window.press("Stubborn")
        let rows = ["Stubborn, running", "Fail, failed", "Scan, completed"]
        let headings = ["Running (1)", "Finished (2)"]
        try window.wait { $0.rows.map(\.name) == rows && $0.headings == headings }
        // The row of a heading says the same as the heading in it.
        let items = try window.look().all("list item").map(\.name)
        XCTAssertEqual(items, [headings[0], rows[0], headings[1], rows[1], rows[2]])
        try window.press("Clear finished")
        try window.wait { $0.rows.map(\.name) == ["Stubborn, running"] && $0.headings == ["Running (1)"] }
        XCTAssertEqual(try window.look().first("push button", "Clear finished")?.states.contains("sensitive"), false)
        try window.press("Cancel Stubborn")
        try window.waitForRow("Stubborn", "cancelled")
        try window.press("Clear finished")
        try window.wait { $0.all("list item").isEmpty && $0.texts.contains("No tasks") }
        try window.close()
    }
}
