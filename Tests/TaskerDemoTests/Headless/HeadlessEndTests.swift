import Foundation
import Glibc
import XCTest

/// How a run ends before its time.
final class HeadlessEndTests: XCTestCase {
    /// Starts a run whose archive does not end; returns when that is packed and a worker was started.
    private func start(_ folder: Folder, _ output: Folder) throws -> Program {
        let demo = try startDemo(
            ["--headless", "--json", "--output", output.path, folder.path],
            environment: FakeTar(for: self).environment
        )
        while let line = demo.nextLine(), !line.contains("\"Render\",\"kind\":\"process\",\"state\":\"running\"") {}
        FakeTar.waitUntilPacked(in: demo)
        return demo
    }

    private func assertCancelled(by signal: Int32) throws {
        let folder = try Folder.awkward(for: self)
        let output = try Folder(for: self)
        let demo = try start(folder, output)
        XCTAssertTrue(try output.names.contains { $0.hasSuffix(".partial") })
        demo.kill(signal)
        let result = try HeadlessResult(demo)
        XCTAssertEqual(result.status, 128 + signal)
        XCTAssertEqual(result.states["Archive"], "cancelled")
        let summary = result.summary
        XCTAssertEqual([summary.pending, summary.running, summary.failed], [0, 0, 0])
        XCTAssertEqual(summary.completed + summary.cancelled, 4)
        XCTAssertEqual(result.states.values.count { $0 == "cancelled" }, summary.cancelled)
        // The result of each task that completed is there, and maybe that of one that was cancelled on its last step, when the
        // file had its name already; each is whole, and nothing else is there.
        let results = ["Checksum": "SHA256SUMS", "Render": "mandelbrot.png"]
        let completed = results.filter { result.states[$0.key] == "completed" }.values
        let names = try output.names
        XCTAssertTrue(names.isSuperset(of: completed) && names.isSubset(of: results.values), "\(names)")
        for name in names { try assertWhole(name, in: output, of: folder) }
        assertNobodyIsLeft(of: demo.family)
    }

    func testAnInterruptCancelsEverythingAndStillTellsTheSummary() throws {
        try assertCancelled(by: SIGINT)
    }

    func testATerminationCancelsEverythingAndStillTellsTheSummary() throws {
        try assertCancelled(by: SIGTERM)
    }

    func testNobodyIsLeftWhenItIsKilled() throws {
        let demo = try start(.awkward(for: self), Folder(for: self))
        let members = demo.family.members
        XCTAssertTrue(members.contains { $0.commandLine.first == "tail" }, "\(members)")
        XCTAssertTrue(members.contains { $0.commandLine.contains("tasker-guardian") }, "\(members)")
        demo.kill(SIGKILL)
        assertNobodyIsLeft(of: demo.family)
    }

    func testNobodyIsLeftWhenItHasCompleted() throws {
        let demo = try startDemo(["--headless", "--output", Folder(for: self).path, Folder(for: self).path])
        XCTAssertEqual(demo.finish(), 0, demo.errors)
        assertNobodyIsLeft(of: demo.family)
    }

    /// The descriptor's number would go to the next thing that is opened, and the report into that.
    func testWithoutAStandardOutputTheReportGoesNowhereElse() throws {
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            let demo = try startDemo(
                ["--headless", "--json", "--output", Folder(for: self).path, Folder.awkward(for: self).path],
                environment: FakeTar(for: self).environment,
                closedDescriptor: descriptor
            )
            FakeTar.waitUntilPacked(in: demo)
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(demo.pid)/fd/\(descriptor)")
            XCTAssertEqual(target, "/dev/null")
            demo.kill(SIGINT)
            XCTAssertEqual(demo.finish(), 128 + SIGINT)
        }
    }
}
