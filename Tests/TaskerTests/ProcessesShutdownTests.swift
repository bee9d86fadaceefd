import Foundation
import TestSupport
import XCTest

/// The end of a manager with workers and commands.
final class ProcessesShutdownTests: XCTestCase {
    func testRunningOnesFinishWaitingOnesDoNotAndEveryCompletionHasRun_31() throws {
        let gate = FileManager.default.temporaryDirectory.appendingPathComponent("tasker-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: gate) }
        let ends = try runHost("shutdownFinishing", gate).values("end")
        XCTAssertEqual(ends.suffix(2), ["shut down", "shut down"])
        XCTAssertEqual(
            Set(ends.dropLast(2)),
            [
                "process waiting cancelled shutdown", "command waiting cancelled shutdown",
                "process late failed shutDown", "command late failed shutDown",
                "process running completed none", "command running completed none",
            ]
        )
        XCTAssertEqual(ends.count, 8)
    }

    func testWhatDoesNotEndIsKilledBeforeShutdownReturns_31() throws {
        let host = try runHost("shutdownKilling")
        let ends = host.values("end")
        XCTAssertEqual(
            Set(ends.dropLast()),
            ["process running cancelled shutdown", "command running cancelled shutdown"]
        )
        XCTAssertEqual(ends.last, "shut down")
        XCTAssertEqual(ends.count, 3)
        assertGone(host.values("pid").compactMap { pid_t($0) })
    }

    func testDuringASubmitEveryTaskEndsOnce_31() throws {
        let host = try runHost("shutdownSubmitting")
        let ends = host.values("end").compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
        XCTAssertEqual(ends.sorted(), Array(0..<200))
        let states = Set(host.values("end").compactMap { $0.split(separator: " ").last.map(String.init) })
        XCTAssertTrue(states.isSuperset(of: ["completed", "failed"]), "\(states)")
        XCTAssertEqual(host.values("shut").count, 2)
    }
}
