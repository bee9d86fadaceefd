import XCTest

/// Nothing outlives the application.
final class ProcessesEndTests: XCTestCase {
    /// Starts workers and commands with children of their own; returns when all run.
    private func family(_ end: String...) throws -> (host: Host, pids: Set<pid_t>) {
        let host = try Host(["family"] + end, for: self)
        try host.read(until: "ready")
        let told = Set(host.values("pid").compactMap { pid_t($0) })
        XCTAssertEqual(told.count, 5)
        return (host, told)
    }

    /// The told processes and whatever else the host has, the guardian included.
    private func everything(of host: Host, _ told: Set<pid_t>) -> Set<pid_t> {
        let all = ProcessTable.descendants(of: host.pid)
        XCTAssertTrue(told.isSubset(of: all), "\(told) of \(all)")
        let guardian = ProcessTable.guardian(of: host.pid)
        XCTAssertNotNil(guardian)
        return all.union(told).union(guardian.map { [$0] } ?? [])
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

    func testAnApplicationOutlivesItsGuardianAndGetsANewOne_32() throws {
        let host = try Host(["guardian"], for: self)
        try host.read(until: "ready")
        let guardian = try XCTUnwrap(ProcessTable.guardian(of: host.pid))
        XCTAssertEqual(kill(guardian, SIGKILL), 0)
        assertGone([guardian])
        host.kill(SIGUSR1)
        try host.read(until: "pid")
        let command = try XCTUnwrap(host.value("pid").flatMap { pid_t($0) })
        host.kill(SIGKILL)
        assertGone([command])
    }
}
