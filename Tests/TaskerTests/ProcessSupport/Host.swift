import Glibc
import TestSupport
import XCTest

/// One run of TaskerTestHost, the program that runs what needs a process of its own.
///
/// A run that does not end is killed by its watchdog and then fails the test that reads it; one that a test leaves is killed
/// in the test's teardown.
final class Host {
    private(set) var lines: [String] = []
    private let child: ChildProgram

    /// Starts the host.
    ///
    /// - Parameters:
    ///   - environment: What differs from this process's own.
    ///   - limit: After how many seconds the watchdog kills it.
    init(_ words: [String], environment: [String: String?] = [:], limit: Int = 100, for test: XCTestCase) throws {
        let path = try XCTUnwrap(Self.path)
        child = try ChildProgram(
            [path] + words,
            environment: environment,
            limit: limit,
            end: { Glibc.kill($0, SIGKILL) }
        )
        test.addTeardownBlock { self.kill(SIGKILL) }
    }

    /// The host is built next to the tests.
    private static var path: String? {
        guard let own = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(own) }
        return String(cString: own).split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/TaskerTestHost"
    }

    var pid: pid_t { child.pid }
    /// What it wrote to its standard error, once it was waited for.
    var errors: String { child.errors }

    // MARK: - What it wrote

    /// The rest of each line that begins with `word`.
    func values(_ word: String) -> [String] {
        lines.filter { $0.hasPrefix(word + " ") }.map { String($0.dropFirst(word.count + 1)) }
    }

    /// The rest of the first line that begins with `word`.
    func value(_ word: String) -> String? {
        values(word).first
    }

    /// Reads until the host says `word`.
    func read(until word: String) throws {
        while let line = nextLine() {
            if line.hasPrefix(word + " ") { return }
        }
        throw Ended(lines: lines)
    }

    private func nextLine() -> String? {
        guard let bytes = child.nextLine() else { return nil }
        let line = String(decoding: bytes, as: UTF8.self)
        lines.append(line)
        return line
    }

    /// The host ended before it said what was waited for.
    struct Ended: Error {
        let lines: [String]
    }

    // MARK: - Its end

    /// Sends a signal if the host has not been waited for.
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

extension XCTestCase {
    /// Runs a scenario to its end, which is to be an ordinary one.
    func runHost(_ words: String..., file: StaticString = #filePath, line: UInt = #line) throws -> Host {
        try runHost(words: words, file: file, line: line)
    }

    func runHost(
        words: [String],
        limit: Int = 100,
        file: StaticString = #filePath,
        line: UInt = #line
    ) throws -> Host {
        let host = try Host(words, limit: limit, for: self)
        let status = host.finish()
        XCTAssertEqual(status, 0, "\(words) ended with \(status): \(host.lines) \(host.errors)", file: file, line: line)
        return host
    }
}
