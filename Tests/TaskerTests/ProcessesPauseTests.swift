import Foundation
import TestSupport
import XCTest

/// Workers and commands that are paused: their process groups are stopped.
final class ProcessesPauseTests: XCTestCase {
    private func makeGate() -> String {
        let gate = FileManager.default.temporaryDirectory.appendingPathComponent("tasker-\(UUID().uuidString)").path
        addTeardownBlock { unlink(gate) }
        return gate
    }

    private func assertStopped(_ pids: [pid_t], _ isStopped: Bool = true, line: UInt = #line) {
        for pid in pids {
            XCTAssertTrue(ProcessTable.wait { ProcessTable.isStopped(pid) == isStopped }, "\(pid)", line: line)
        }
    }

    /// Starts a worker and a command and pauses them.
    private func paused(_ end: String, line: UInt = #line) throws -> (host: Host, pids: [pid_t]) {
        let host = try Host(["pausing", makeGate(), end], for: self)
        try host.read(until: "ready")
        let pids = host.values("pid").compactMap { pid_t($0) }
        XCTAssertEqual(pids.count, 3, line: line)
        assertStopped(pids, false, line: line)
        host.kill(SIGUSR1)
        try host.read(until: "paused")
        XCTAssertEqual(host.values("paused"), ["true true true"], line: line)
        assertStopped(pids, line: line)
        return (host, pids)
    }

    func testTheyAreStoppedWithTheirChildrenAndGoOn() throws {
        for way in ["task", "group", "manager"] {
            let (host, pids) = try paused(way)
            host.kill(SIGUSR2)
            try host.read(until: "resumed")
            XCTAssertEqual(host.values("resumed"), ["false false"])
            assertStopped(pids, false)
            host.kill(SIGHUP)
            XCTAssertEqual(host.finish(), 0, host.errors)
            XCTAssertEqual(host.values("end").sorted(), ["command completed none", "worker completed none"])
            XCTAssertEqual(
                host.values("told").sorted(),
                ["command paused", "command resumed", "worker paused", "worker resumed"]
            )
            assertGone(pids)
        }
    }

    func testACancelEndsThemByTerm_14() throws {
        let (host, pids) = try paused("cancel")
        host.kill(SIGUSR2)
        XCTAssertEqual(host.finish(), 0, host.errors)
        XCTAssertEqual(host.values("end").sorted(), ["command cancelled user", "worker cancelled user"])
        assertGone(pids)
    }

    func testAShutdownEndsThem_31() throws {
        let (host, pids) = try paused("shutdown")
        host.kill(SIGUSR2)
        XCTAssertEqual(host.finish(), 0, host.errors)
        XCTAssertEqual(host.values("end").sorted(), ["command cancelled shutdown", "worker cancelled shutdown"])
        assertGone(pids)
    }

    func testNothingIsLeftWhenTheApplicationIsKilled_32() throws {
        let (host, pids) = try paused("task")
        let all = ProcessTable.descendants(of: host.pid).union(pids).union(ProcessTable.guardians(of: host.pid))
        host.kill(SIGKILL)
        assertGone(all)
    }

    func testOneThatIsPausedBeforeItBeginsIsStoppedWhenItDoes() throws {
        let host = try Host(["pausedAtStart", "1000.25"], for: self)
        try host.read(until: "paused")
        XCTAssertEqual(host.value("paused"), "true")
        func isStopped() -> Bool {
            ProcessTable.descendants(of: host.pid).contains {
                ProcessTable.commandLine(of: $0).last == "1000.25" && ProcessTable.isStopped($0)
            }
        }
        XCTAssertTrue(ProcessTable.wait(until: isStopped))
        host.kill(SIGUSR2)
        XCTAssertEqual(host.finish(), 0, host.errors)
        XCTAssertEqual(host.value("done"), "command cancelled")
    }

    func testOneThatManyPauseAndResumeGoesOn() throws {
        let host = try runHost("pausedByMany", makeGate())
        XCTAssertEqual(host.value("done"), "command completed")
    }
}
