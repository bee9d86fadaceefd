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
    /// What it reads from its standard input.
    public var standardInput: StandardInput
    /// Where its standard output goes.
    public var standardOutput: StandardOutput
    /// The statuses, 0…255, with which the task completes; with any other it fails.
    ///
    /// For programs whose status is an answer: `grep` and `diff` end with 1 when there is nothing, or a difference.
    /// ``CommandResult/exitStatus`` says which it was.
    public var acceptedExitStatuses: Set<Int32>
    /// Texts that are not shown, such as a password among the arguments or the variables.
    ///
    /// Errors, log records, messages, the task's default name, the last lines of standard error, and what `print` and `dump` show
    /// of the command have "•••" in their place. The lines for `onOutput` and the standard output are the application's own, and
    /// stay as they are. So that a secret is not shown by the system either, put it into standard input or a variable: the
    /// arguments of a program that runs are seen by everybody on the machine.
    public var secrets: [String]

    /// Makes a command.
    public init(
        _ executable: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        workingDirectory: String? = nil,
        standardInput: StandardInput = .none,
        standardOutput: StandardOutput = .capture,
        acceptedExitStatuses: Set<Int32> = [0],
        secrets: [String] = []
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.standardInput = standardInput
        self.standardOutput = standardOutput
        self.acceptedExitStatuses = acceptedExitStatuses
        self.secrets = secrets
    }

    /// Refuses what the system would run as something else than it says.
    ///
    /// - Throws: ``TaskerError/Code/executableNotFound``, ``TaskerError/Code/spawnFailed``.
    func check() throws(TaskerError) {
        guard !executable.isEmpty else {
            throw TaskerError(.executableNotFound, "A command needs the name or path of a program, and it is empty.")
        }
        let paths = [workingDirectory, standardInput.path, standardOutput.path].compactMap(\.self)
        let texts = [executable] + paths + arguments + environment.keys
        let what: String
        if let text = texts.first(where: { $0.utf8.contains(0) }) {
            let shown = SecretTexts(secrets).hide(in: text)
                .split(separator: "\0", omittingEmptySubsequences: false).joined(separator: "\\0")
            what = "\"\(shown)\""
        } else if let name = environment.first(where: { $0.value.utf8.contains(0) })?.key {
            what = "the value of its variable \"\(name)\""
        } else {
            return
        }
        throw TaskerError(
            .spawnFailed,
            "The command was not started: \(what) holds a NUL, where the system would cut it off; remove it."
        )
    }
}
