import Foundation
import TestSupport
import XCTest

/// Nothing outlives the application.
final class ProcessesEndTests: XCTestCase {
    /// Starts four workers and a command with children of their own; returns when all run.
    private func family(_ end: String...) throws -> (host: Host, pids: Set<pid_t>) {
        let host = try Host(["family"] + end, for: self)
        try host.read(until: "ready")
        let told = Set(host.values("pid").compactMap { pid_t($0) })
        XCTAssertEqual(told.count, 8)
        return (host, told)
    }

    /// The told processes and whatever else the host has, the guardian included.
    private func everything(of host: Host, _ told: Set<pid_t>) -> Set<pid_t> {
        let all = ProcessTable.descendants(of: host.pid)
        XCTAssertTrue(told.isSubset(of: all), "\(told) of \(all)")
        let guardians = ProcessTable.guardians(of: host.pid)
        XCTAssertEqual(guardians.count, 1)
        return all.union(told).union(guardians)
    }

    func testNothingIsLeftWhenTheApplicationIsKilled_32() throws {
        let (host, told) = try family()
        let all = everything(of: host, told)
        host.kill(SIGKILL)
        assertGone(all)
    }

    func testNothingIsLeftWhenTheApplicationIsTerminated_32() throws {
        let (host, told) = try family()
        let all = everything(of: host, told)
        host.kill(SIGTERM)
        XCTAssertEqual(host.finish(), 128 + SIGTERM)
        assertGone(all)
    }

    func testNothingIsLeftWhenTheApplicationIsInterrupted_32() throws {
        let (host, told) = try family()
        let all = everything(of: host, told)
        host.kill(SIGINT)
        XCTAssertEqual(host.finish(), 128 + SIGINT)
        assertGone(all)
    }

    func testTheEndOfAnApplicationLeavesAnothersTasksAlone_32() throws {
        let (first, firstTold) = try family()
        let (second, secondTold) = try family()
        let (firstAll, secondAll) = (everything(of: first, firstTold), everything(of: second, secondTold))
        XCTAssertEqual(firstAll.intersection(secondAll), [])
        first.kill(SIGKILL)
        // The guardian is among them, and it ends when it has ended the others.
        assertGone(firstAll)
        for pid in secondAll { XCTAssertNotNil(ProcessTable.parent(of: pid)) }
        second.kill(SIGKILL)
        assertGone(secondAll)
    }

    func testAChildThatIsBeingStartedWhenTheApplicationIsKilledDoesNotOutliveIt_32() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tasker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        for number in 0..<3 {
            let program = folder.appendingPathComponent("sleep-\(number)").path
            try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: program)
            let host = try Host(["orphan", program], for: self)
            XCTAssertEqual(host.finish(), 128 + SIGKILL, host.errors)
            assertGone(ProcessTable.guardians(of: host.pid))
            let orphans = ProcessTable.processes(runningProgramAt: program)
            XCTAssertEqual(orphans, [])
            for orphan in orphans { kill(orphan, SIGKILL) }
        }
    }

    func testNothingIsLeftAfterExitWithRunningTasks_32() throws {
        let (host, told) = try family("exit")
        XCTAssertEqual(host.finish(), 0)
        assertGone(told)
    }

    func testNothingIsLeftAfterMainReturnsWithRunningTasks_32() throws {
        let (host, told) = try family("return")
        XCTAssertEqual(host.finish(), 0)
        XCTAssertTrue(host.lines.contains("returned "))
        assertGone(told)
    }

    func testAnApplicationOutlivesItsGuardianAndGetsOneNewOneForAllItsTasks_32() throws {
        let host = try Host(["guardian", "4"], for: self)
        try host.read(until: "pid")
        let guardians = ProcessTable.guardians(of: host.pid)
        XCTAssertEqual(guardians.count, 1)
        for guardian in guardians { XCTAssertEqual(kill(guardian, SIGKILL), 0) }
        assertGone(guardians)
        host.kill(SIGUSR1)
        // One that was there before, and four that are started at once.
        while host.values("pid").count < 5 { try host.read(until: "pid") }
        let commands = host.values("pid").compactMap { pid_t($0) }
        XCTAssertEqual(Set(commands).count, 5)
        XCTAssertEqual(ProcessTable.guardians(of: host.pid).count, 1)
        host.kill(SIGKILL)
        assertGone(commands)
    }
}
