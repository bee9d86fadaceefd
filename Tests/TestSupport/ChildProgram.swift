import Dispatch
package import Glibc

/// One run of a program: its lines, its errors and its end.
///
/// A run that does not end is ended by its watchdog; whoever waits for it goes on then.
package final class ChildProgram {
    package let pid: pid_t
    /// What it wrote to its standard error, once it was waited for.
    package private(set) var errors = ""
    private var output: LineReader
    private let errorFile: Int32
    private let watchdog: any DispatchSourceTimer
    private var status: Int32?

    /// The system did not do what it was asked for.
    package struct Failure: Error {
        let call: String
        let number: Int32
    }

    /// - Parameters:
    ///   - words: The path or the name of the program, and its arguments.
    ///   - environment: What differs from the tests' own; nil takes a variable away.
    ///   - closedDescriptor: The one of the standard descriptors that the program finds closed.
    ///   - input: The descriptor that becomes its standard input; without it, it has an empty one.
    ///   - limit: How many seconds the run may take; nearly all take some on an idle machine.
    ///   - end: What the watchdog calls with the program's number.
    package init(
        _ words: [String],
        environment: [String: String?] = [:],
        closedDescriptor: Int32? = nil,
        input: Int32? = nil,
        limit: Int = 100,
        end: @escaping @Sendable (pid_t) -> Void
    ) throws(Failure) {
        var pipe: [Int32] = [-1, -1]
        guard Glibc.pipe(&pipe) == 0 else { throw Failure(call: "pipe", number: errno) }
        guard let file = tmpfile() else { throw Failure(call: "tmpfile", number: errno) }
        errorFile = fileno(file)
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
        var variables = Self.ownEnvironment(without: Set(environment.keys)).map { strdup($0) }
        variables += environment.compactMap { name, value in value.map { strdup("\(name)=\($0)") } } + [nil]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var pid = pid_t()
        let result = posix_spawnp(&pid, words[0], &actions, nil, &arguments, &variables)
        close(pipe[1])
        output = LineReader(descriptor: pipe[0])
        guard result == 0 else { throw Failure(call: "posix_spawnp \(words[0])", number: result) }
        self.pid = pid
        watchdog = DispatchSource.makeTimerSource()
        watchdog.setEventHandler { [pid] in end(pid) }
        watchdog.schedule(deadline: .now() + .seconds(limit))
        watchdog.activate()
    }

    private static func ownEnvironment(without names: Set<String>) -> [String] {
        var variables: [String] = []
        while let variable = environ[variables.count] { variables.append(String(cString: variable)) }
        return variables.filter { !names.contains(String($0.prefix { $0 != "=" })) }
    }

    // MARK: - What it writes

    /// The next line that it writes to its standard output, without its end, or nil after the last one.
    package func nextLine() -> [UInt8]? {
        output.next()
    }

    /// Nobody reads what it writes any more.
    package func stopReading() {
        output.end()
    }

    // MARK: - Its end

    /// Sends a signal if it has not been waited for.
    package func kill(_ signal: Int32) {
        guard status == nil else { return }
        Glibc.kill(pid, signal)
        if signal == SIGKILL { wait() }
    }

    /// Whether it lives; it still has to be waited for when it does not.
    package var isRunning: Bool {
        var info = siginfo_t()
        return status == nil && waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == 0
    }

    /// Waits for the end.
    ///
    /// - Returns: The status, or 128 and the number of the signal that ended it.
    @discardableResult
    package func wait() -> Int32 {
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
