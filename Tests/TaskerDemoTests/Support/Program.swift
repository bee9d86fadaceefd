import Dispatch
import Foundation
import Glibc
import XCTest

/// One run of a program; what it starts carries the same mark, so that tests can tell who is left.
///
/// A run that does not end is killed by its watchdog and then fails the test that waits for it. In the test's teardown
/// it is killed together with everything that carries its mark.
final class Program {
    let pid: pid_t
    let family: Family
    private(set) var lines: [String] = []
    private(set) var errors = ""
    private var output: LineReader
    private let errorFile: Int32
    private let watchdog: any DispatchSourceTimer
    private var status: Int32?

    /// How long a run may take; the slowest takes some seconds on an idle machine.
    private static let limit = DispatchTimeInterval.seconds(100)

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
        var pipe: [Int32] = [-1, -1]
        XCTAssertEqual(Glibc.pipe(&pipe), 0)
        errorFile = fileno(try XCTUnwrap(tmpfile()))
        // A program that had another one's ends would keep it waiting for more.
        for descriptor in pipe + [errorFile] + (input.map { [$0] } ?? []) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errorFile, 2)
        if let closedDescriptor { posix_spawn_file_actions_addclose(&actions, closedDescriptor) }
        let family = Family()
        let changes = environment.merging([Family.variable: family.mark, "LC_ALL": "C.UTF-8"]) { $1 }
        let variables = changes.reduce(into: ProcessInfo.processInfo.environment) { $0[$1.key] = $1.value }
        var environment = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var pid = pid_t()
        XCTAssertEqual(posix_spawnp(&pid, words[0], &actions, nil, &arguments, &environment), 0, words[0])
        (self.pid, self.family) = (pid, family)
        close(pipe[1])
        output = LineReader(descriptor: pipe[0])
        watchdog = DispatchSource.makeTimerSource()
        watchdog.setEventHandler { family.kill() }
        watchdog.schedule(deadline: .now() + Self.limit)
        watchdog.activate()
        test.addTeardownBlock {
            self.kill(SIGKILL)
            family.kill()
        }
    }

    /// The next line that it writes, or nil at the end.
    func nextLine() -> String? {
        guard let line = output.next() else { return nil }
        // What is not UTF-8 must not pass for a replacement character that the program wrote.
        let text = String(validating: line, as: UTF8.self)
        XCTAssertNotNil(text, "A line is not UTF-8: \(line)")
        lines.append(text ?? "")
        return text
    }

    /// Nobody reads what it writes any more.
    func stopReading() {
        output.end()
    }

    /// Sends a signal if it has not been waited for.
    func kill(_ signal: Int32) {
        guard status == nil else { return }
        Glibc.kill(pid, signal)
        if signal == SIGKILL { wait() }
    }

    /// Whether it lives; it still has to be waited for when it does not.
    var isRunning: Bool {
        var info = siginfo_t()
        return status == nil && waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == 0
    }

    /// Reads the rest and waits for the end.
    ///
    /// - Returns: The status, or 128 and the number of the signal that ended it.
    @discardableResult
    func finish() -> Int32 {
        while nextLine() != nil {}
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
        close(errorFile)
        output.end()
        return status
    }

    private func readErrors() -> String {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(errorFile, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
