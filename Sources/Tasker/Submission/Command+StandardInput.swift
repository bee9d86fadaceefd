extension Command {
    /// What a command reads from its standard input.
    ///
    /// ```swift
    /// taskManager.runCommand(Command("sort", standardInput: .text("pear\napple\n")))
    /// ```
    ///
    /// A command never reads the application's own standard input, and has no terminal: what asks one for a password finds none
    /// and says so.
    public struct StandardInput: Sendable, Hashable {
        enum Source: Hashable {
            case nothing
            case bytes([UInt8])
            case file(String)
        }

        let source: Source

        /// Nothing: the program finds the end at once.
        public static let none = StandardInput(source: .nothing)

        /// Bytes, such as an array or a `Data`.
        ///
        /// The program reads them from a pipe. One that does not read all of them is not an error.
        public static func data(_ bytes: some Sequence<UInt8>) -> StandardInput {
            StandardInput(source: .bytes(Array(bytes)))
        }

        /// Text, in UTF-8; as ``data(_:)``.
        public static func text(_ text: String) -> StandardInput {
            data(text.utf8)
        }

        /// A file, which the program reads itself.
        ///
        /// It is opened when the program is started; if that fails, the task fails with ``TaskerError/Code/spawnFailed``. A named
        /// pipe into which nobody writes then counts as empty.
        ///
        /// - Parameter path: Where it is; a relative one begins at the application's working folder, not at the command's.
        public static func file(_ path: String) -> StandardInput {
            StandardInput(source: .file(path))
        }

        var path: String? {
            if case .file(let path) = source { path } else { nil }
        }
    }
}
