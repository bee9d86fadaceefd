import Dispatch
import Glibc
import XCTest

/// One run of TaskerTestHost, the program that runs what needs a process of its own.
///
/// A run that does not end is killed by its watchdog and then fails the test that reads it; one that a test leaves is killed
/// in the test's teardown.
final class Host {
    let pid: pid_t
    private(set) var lines: [String] = []
    private(set) var errors = ""
    private var output: LineReader
    private let errorFile: Int32
    private let watchdog: any DispatchSourceTimer
    private var status: Int32?

    /// How long a run may take; the slowest takes some seconds on an idle machine.
    private static let limit = DispatchTimeInterval.seconds(100)

    /// Starts the host.
    ///
    /// - Parameter variables: `NAME=value`, before those that this process has.
    init(_ words: [String], variables: [String] = [], for test: XCTestCase) throws {
        let path = try XCTUnwrap(Self.path)
        var pipe: [Int32] = [-1, -1]
        XCTAssertEqual(Glibc.pipe(&pipe), 0)
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        errorFile = fileno(try XCTUnwrap(tmpfile()))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errorFile, 2)
        var arguments = ([path] + words).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let own = variables.map { strdup($0) }
        defer { for variable in own { free(variable) } }
        var inherited = 0
        while environ[inherited] != nil { inherited += 1 }
        var environment = own + UnsafeBufferPointer(start: environ, count: inherited) + [nil]
        var pid = pid_t()
        XCTAssertEqual(posix_spawn(&pid, path, &actions, nil, &arguments, &environment), 0)
        self.pid = pid
        close(pipe[1])
        output = LineReader(descriptor: pipe[0])
        let watchdog = DispatchSource.makeTimerSource()
        watchdog.setEventHandler { [pid] in _ = Glibc.kill(pid, SIGKILL) }
        watchdog.schedule(deadline: .now() + Self.limit)
        watchdog.activate()
        self.watchdog = watchdog
        test.addTeardownBlock { self.kill(SIGKILL) }
    }

    /// The host is built next to the tests.
    private static var path: String? {
        guard let own = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(own) }
        return String(cString: own).split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/TaskerTestHost"
    }

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
        while let line = output.next() {
            lines.append(line)
            if line.hasPrefix(word + " ") { return }
        }
        throw Ended(lines: lines)
    }

    /// The host ended before it said what was waited for.
    struct Ended: Error {
        let lines: [String]
    }

    // MARK: - Its end

    /// Sends a signal if the host has not been waited for.
    func kill(_ signal: Int32) {
        guard status == nil else { return }
        Glibc.kill(pid, signal)
        if signal == SIGKILL { wait() }
    }

    /// Reads the rest and waits for the end.
    ///
    /// - Returns: The status, or 128 and the number of the signal that ended it.
    @discardableResult
    func finish() -> Int32 {
        while let line = output.next() { lines.append(line) }
        return wait()
    }

    @discardableResult
    private func wait() -> Int32 {
        if let status { return status }
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        watchdog.cancel()
        let status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
        self.status = status
        errors = readErrors()
        output.end()
        return status
    }

    private func readErrors() -> String {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(errorFile, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

extension XCTestCase {
    /// Runs a scenario to its end, which is to be an ordinary one.
    func runHost(_ words: String..., file: StaticString = #filePath, line: UInt = #line) throws -> Host {
        try runHost(words: words, file: file, line: line)
    }

    func runHost(words: [String], file: StaticString = #filePath, line: UInt = #line) throws -> Host {
        let host = try Host(words, for: self)
        let status = host.finish()
        XCTAssertEqual(status, 0, "\(words) ended with \(status): \(host.lines) \(host.errors)", file: file, line: line)
        return host
    }
}
