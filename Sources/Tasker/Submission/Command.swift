/// A program to run, with its arguments.
public struct Command: Sendable, Hashable {
    /// The program: a path if it has a slash, else a name that is looked up in `PATH`.
    public var executable: String
    /// The arguments, without the program's name.
    ///
    /// No shell reads them.
    public var arguments: [String]
    /// Variables to set beside, or instead of, those the application has.
    ///
    /// `TASKER_CHILD` is set by the library: it finds the command with it when the application is killed.
    public var environment: [String: String]
    /// Where it runs; nil: where the application does.
    public var workingDirectory: String?

    /// Makes a command.
    public init(
        _ executable: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        workingDirectory: String? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    /// Refuses what the system would run as something else than it says.
    ///
    /// - Throws: ``TaskerError/Code/executableNotFound``, ``TaskerError/Code/spawnFailed``.
    func check() throws(TaskerError) {
        guard !executable.isEmpty else {
            throw TaskerError(.executableNotFound, "A command needs the name or path of a program, and it is empty.")
        }
        let texts = [executable, workingDirectory ?? ""] + arguments + environment.flatMap { [$0.key, $0.value] }
        guard let text = texts.first(where: { $0.utf8.contains(0) }) else { return }
        let shown = text.split(separator: "\0", omittingEmptySubsequences: false).joined(separator: "\\0")
        throw TaskerError(
            .spawnFailed,
            "The command was not started: \"\(shown)\" holds a NUL, where the system would cut it off; remove it."
        )
    }
}

/// One line that a command wrote.
public struct CommandOutput: Sendable, Hashable {
    /// Where a command writes.
    public enum Stream: Sendable, Hashable {
        /// Its standard output.
        case standardOutput
        /// Its standard error.
        case standardError
    }

    /// Where it was written.
    public let stream: Stream
    /// The line without its newline.
    ///
    /// A line of more than 64 KiB comes in pieces.
    public let bytes: [UInt8]

    /// The line as text; bytes that are not UTF-8 become U+FFFD.
    public var text: String {
        String(decoding: bytes, as: UTF8.self)
    }
}

/// What a command that ended with status 0 left behind.
public struct CommandResult: Sendable, Hashable {
    /// The last 64 KiB of its standard output.
    public let standardOutput: String
    /// The last 4 KiB of its standard error.
    public let standardError: String
}
