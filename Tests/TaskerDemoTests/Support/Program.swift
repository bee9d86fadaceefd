import Foundation
import Glibc
import TestSupport
import XCTest

/// One run of a program; what it starts carries the same mark, so that tests can tell who is left.
///
/// A run that does not end is killed by its watchdog and then fails the test that waits for it. In the test's teardown
/// it is killed together with everything that carries its mark.
final class Program {
    let family: Family
    private(set) var lines: [String] = []
    private let child: ChildProgram

    /// - Parameters:
    ///   - words: The path of the program and its arguments.
    ///   - environment: What differs from the tests' own; nil takes a variable away.
    ///   - closedDescriptor: The one of the standard descriptors that the program finds closed.
    ///   - input: The descriptor that becomes its standard input; without it, it has an empty one.
    init(
        _ words: [String],
        environment: [String: String?] = [:],
        closedDescriptor: Int32? = nil,
        input: Int32? = nil,
        for test: XCTestCase
    ) throws {
        let family = Family()
        self.family = family
        child = try ChildProgram(
            words,
            environment: environment.merging([Family.variable: family.mark, "LC_ALL": "C.UTF-8"]) { $1 },
            closedDescriptor: closedDescriptor,
            input: input,
            end: { _ in family.kill() }
        )
        test.addTeardownBlock {
            self.kill(SIGKILL)
            family.kill()
        }
    }

    var pid: pid_t { child.pid }
    /// What it wrote to its standard error, once it was waited for.
    var errors: String { child.errors }
    /// Whether it lives; it still has to be waited for when it does not.
    var isRunning: Bool { child.isRunning }

    /// The next line that it writes, or nil at the end.
    func nextLine() -> String? {
        guard let line = child.nextLine() else { return nil }
        // What is not UTF-8 must not pass for a replacement character that the program wrote.
        let text = String(validating: line, as: UTF8.self)
        XCTAssertNotNil(text, "A line is not UTF-8: \(line)")
        lines.append(text ?? "")
        return text
    }

    /// Nobody reads what it writes any more.
    func stopReading() {
        child.stopReading()
    }

    /// Sends a signal if it has not been waited for.
    func kill(_ signal: Int32) {
        child.kill(signal)
    }

    /// Reads the rest and waits for the end.
    ///
    /// - Returns: The status, or 128 and the number of the signal that ended it.
    @discardableResult
    func finish() -> Int32 {
        while nextLine() != nil {}
        return child.wait()
    }
}
