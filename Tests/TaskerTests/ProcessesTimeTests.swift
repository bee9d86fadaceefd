import Foundation
import TestSupport
import XCTest

/// Workers and commands that begin later, are repeated, or take too long.
final class ProcessesTimeTests: XCTestCase {
    func testTheyArePendingUntilTheyAreDueOrNeverBegin_3_13() throws {
        let host = try runHost("later")
        XCTAssertEqual(host.values("submitted"), ["process pending true", "command pending true"])
        XCTAssertEqual(host.values("cancel"), ["true cancelled", "true cancelled"])
        XCTAssertEqual(
            host.values("end").sorted(),
            [
                "command late cancelled user", "command soon completed none", "process late cancelled user",
                "process soon completed none",
            ]
        )
    }

    func testTheyAreRepeatedAndEachTimeIsAnother() throws {
        let host = try runHost("periodic")
        XCTAssertEqual(host.values("worker"), ["1 6", "2 6", "3 6"])
        XCTAssertEqual(host.values("command"), ["1 hello", "2 hello", "3 hello"])
        XCTAssertEqual(
            host.values("end").sorted(),
            ["command command completed none", "process worker completed none"]
        )
    }

    func testThoseThatTakeTooLongAreKilledAndHaveFailed_4() throws {
        let host = try Host(["timedOut"], for: self)
        try host.read(until: "quiet")
        XCTAssertEqual(
            host.values("end").sorted(),
            [
                "command task failed timedOut", "command task failed timedOut", "process task failed timedOut",
                "process task failed timedOut",
            ]
        )
        // As in the test of early cancels: what shares the host's group is not the library's.
        assertGone(ProcessTable.descendants(of: host.pid).filter { getpgid($0) != getpgid(host.pid) })
    }

    func testAnAttemptThatTakesTooLongIsFollowedByAnother() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tasker-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let host = try runHost("timedOutOnce", folder.path)
        XCTAssertEqual(host.values("output"), ["again"])
        XCTAssertEqual(host.values("end"), ["command task completed none"])
    }
}
