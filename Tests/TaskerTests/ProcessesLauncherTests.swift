import Glibc
import XCTest

/// Workers behind another program, and workers that run another one than the application.
final class ProcessesLauncherTests: XCTestCase {
    func testAWorkerBehindALauncherThatCopiesLinesIsAsAnyOther() throws {
        let host = try runHost("launched", "relayed")
        XCTAssertEqual(host.values("event"), ["1", "2", "3"])
        XCTAssertEqual(host.value("value"), "6")
        XCTAssertEqual(host.values("done"), ["sum completed", "crash failed"])
        // The launcher tells how its program ended.
        XCTAssertEqual(
            host.value("text"),
            "The worker process of \"crash\" ended with status 137 before it had a result: last words of kill"
        )
        XCTAssertEqual(host.value("endless"), "cancelled")
        XCTAssertEqual(host.value("left"), "0")
    }

    func testALauncherThatEndsInTheMiddleOfAFrameFailsTheTask() throws {
        // In the first frame that says that the worker is there; in one that tells of the task.
        for (count, words) in [("9", "before it took a task"), ("60", "before it had a result")] {
            let host = try runHost("launched", "cutShort", count)
            XCTAssertEqual(host.value("code"), "workerCrashed", count)
            XCTAssertTrue(
                host.value("text")?.contains("ended with status 7 \(words)") == true,
                host.value("text") ?? ""
            )
            XCTAssertEqual(host.value("left"), "0", count)
        }
    }

    func testALauncherThatIsMissingIsNamed() throws {
        let host = try runHost("launched", "missing")
        XCTAssertEqual(host.value("code"), "executableNotFound")
        XCTAssertTrue(host.value("text")?.contains("no-such-launcher") == true, host.value("text") ?? "")
    }

    func testWorkersMayRunAnotherExecutable() throws {
        let path = try XCTUnwrap(realpath("/proc/self/exe", nil).map { String(cString: $0) })
        let folder = path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("worker-\(getpid())").path
        try FileManager.default.copyItem(atPath: folder + "/TaskerTestHost", toPath: copy)
        addTeardownBlock { unlink(copy) }
        let host = try runHost("launched", "other", copy)
        XCTAssertEqual(host.value("value"), "6")
    }

    func testAWorkerOfAnotherVersionIsToldAsThat() throws {
        // Its first frame, with another version: the length, the kind, no run, the version, the end.
        let frame = #"\001\000\000\000\100\000\000\000\000\000\000\000\000\377\n"#
        let script = FileManager.default.temporaryDirectory.appendingPathComponent("old-worker-\(getpid())").path
        try "#!/bin/sh\nprintf '\(frame)'\ncat > /dev/null\n".write(toFile: script, atomically: true, encoding: .utf8)
        addTeardownBlock { unlink(script) }
        chmod(script, 0o700)
        let host = try runHost("launched", "other", script)
        XCTAssertEqual(host.value("code"), "protocolViolation")
        XCTAssertTrue(host.value("text")?.contains("another version of the library") == true, host.value("text") ?? "")
    }
}
