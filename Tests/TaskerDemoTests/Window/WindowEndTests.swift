import Glibc
import XCTest

/// Nobody outlives the window, whoever ends it.
final class WindowEndTests: XCTestCase {
    /// Opens a window in which an archive is packed and a worker runs.
    private func open(_ output: Folder) throws -> Window {
        let window = try Window(
            ["--output", output.path, Folder.awkward(for: self).path],
            on: Desktop(for: self),
            environment: FakeTar(for: self).environment,
            for: self
        )
        try window.press("Archive")
        try window.waitForRow("Archive", "running")
        FakeTar.waitUntilPacked(in: window.demo)
        try window.press("Render")
        // Where the machine is busy the picture is there before anybody has looked; this one does not end by itself.
        try window.press("Hang")
        try window.waitForRow("Hang", "running")
        return window
    }

    func testClosingTheWindowEndsEverything() throws {
        let output = try Folder(for: self)
        let window = try open(output)
        try window.close(answering: "Cancel them and quit")
        assertNobodyIsLeft(of: window.demo.family)
        XCTAssertEqual(try output.names.filter { $0.hasSuffix(".partial") }, [])
    }

    func testASignalEndsEverything() throws {
        for signal in [SIGINT, SIGTERM] {
            let output = try Folder(for: self)
            let window = try open(output)
            window.demo.kill(signal)
            try window.assertEnds(status: 128 + signal)
            assertNobodyIsLeft(of: window.demo.family)
            XCTAssertEqual(try output.names.filter { $0.hasSuffix(".partial") }, [])
        }
    }

    func testNobodyIsLeftWhenItIsKilled() throws {
        let window = try open(Folder(for: self))
        XCTAssertGreaterThan(window.demo.family.members.count, 2)
        window.demo.kill(SIGKILL)
        assertNobodyIsLeft(of: window.demo.family)
    }

    func testWithoutADisplayItSaysSo() throws {
        let demo = try startDemo([Folder(for: self).path])
        XCTAssertEqual(demo.finish(), 1)
        XCTAssertTrue(demo.errors.contains("TaskerDemo: There is no display to open a window on"), demo.errors)
    }
}
