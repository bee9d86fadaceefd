import Glibc
import TestSupport
import XCTest

/// The examples whose work is done by another process.
///
/// Workers are the application's own executable, started again, so these are written out in one: TaskerExamplesHost.
final class ProcessExamples: XCTestCase {
    private func lines(of example: String) throws -> [String] {
        let own = try XCTUnwrap(realpath("/proc/self/exe", nil))
        defer { free(own) }
        let folder = String(cString: own).split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        let host = try ChildProgram([folder + "/TaskerExamplesHost", example], end: { kill($0, SIGKILL) })
        var lines: [String] = []
        while let line = host.nextLine() { lines.append(String(decoding: line, as: UTF8.self)) }
        XCTAssertEqual(host.wait(), 0, host.errors)
        return lines
    }

    /// "Running a CPU-bound task" of the first two documents.
    func testAComputationInAProcess() throws {
        XCTAssertEqual(try lines(of: "computation"), ["Sieving…", "25 primes, progress 1.0"])
    }

    /// "Handling completion" of the first two documents.
    func testTheEndOfAProcess() throws {
        XCTAssertEqual(try lines(of: "completion"), ["Primes: completed 4", "Nothing: failed EmptyRange(limit: 0)"])
    }

    /// `send_event` of the first two documents.
    func testEventsOfAProcess() throws {
        XCTAssertEqual(try lines(of: "events"), ["prime 2", "prime 3", "prime 5", "prime 7", "completed"])
    }

    /// `submit` and `result` of the fifth document.
    func testAJobOfAProcessPool() throws {
        XCTAssertEqual(try lines(of: "job"), ["user 42", "168"])
    }
}
