import Glibc
import TestSupport
import XCTest

extension ProcessTable {
    /// The guardians of an application, which are nobody's children and carry the application's number.
    static func guardians(of application: pid_t) -> [pid_t] {
        all.filter { commandLine(of: $0).suffix(2) == ["tasker-guardian", "\(application)"] }
    }

    static func processes(runningProgramAt path: String) -> [pid_t] {
        all.filter { commandLine(of: $0).first == path }
    }

    /// Yields until a process is gone.
    ///
    /// - Returns: Whether it went within the time a killed process has on the busiest machine.
    static func waitUntilGone(_ pid: pid_t) -> Bool {
        wait { parent(of: pid) == nil }
    }

    /// Yields until a condition holds.
    ///
    /// - Returns: Whether it came to hold within the time that a signal needs on the busiest machine.
    static func wait(until condition: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(20)
        while !condition() {
            guard ContinuousClock.now < end else { return false }
            sched_yield()
        }
        return true
    }
}

extension XCTestCase {
    func assertGone(_ pids: some Sequence<pid_t>, file: StaticString = #filePath, line: UInt = #line) {
        for pid in pids where !ProcessTable.waitUntilGone(pid) {
            XCTFail("Process \(pid) is still there.", file: file, line: line)
            kill(pid, SIGKILL)
        }
    }
}
