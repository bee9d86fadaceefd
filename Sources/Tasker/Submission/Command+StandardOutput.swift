extension Command {
    /// Where a command's standard output goes.
    ///
    /// ```swift
    /// let backup = Command("pg_dump", arguments: ["shop"], standardOutput: .file("/var/backups/shop.sql"))
    /// ```
    public struct StandardOutput: Sendable, Hashable {
        enum Target: Hashable {
            case application
            case file(String)
        }

        let target: Target

        /// To the application: line by line, and its last 64 KiB into the ``CommandResult``.
        public static let capture = StandardOutput(target: .application)

        /// Into a file, which the program writes itself.
        ///
        /// The file is created, or emptied if it is there, just before the program is started; if that fails, the task fails with
        /// ``TaskerError/Code/spawnFailed``. What a program has written before it fails, or is cancelled, stays there. The
        /// application then sees the lines of standard error only.
        ///
        /// - Parameter path: Where it is; a relative one begins at the application's working folder, not at the command's.
        public static func file(_ path: String) -> StandardOutput {
            StandardOutput(target: .file(path))
        }

        var path: String? {
            if case .file(let path) = target { path } else { nil }
        }
    }
}
