import CTaskerGLib
import Glibc

/// The folder to work on and the folder that takes the results.
struct Workplace: Sendable {
    let source: String
    let output: String
    /// Where the output folder lies within the source folder, if it does: every task leaves it out.
    let excluded: RawPath?

    /// Checks both folders and makes the output folder.
    ///
    /// - Throws: A ``DemoError`` that says what is wrong with which folder.
    init(source: String, output: String?) throws {
        try Self.checkReadable(source)
        let output = try output.map(Self.makeFolder) ?? Self.makeTemporaryFolder()
        guard let realSource = RawPath(source).resolved, let realOutput = RawPath(output).resolved else {
            throw DemoError("The folder “\(source)” or “\(output)” cannot be resolved", errno: errno)
        }
        guard realSource != realOutput else {
            throw DemoError("The results cannot go into the folder that is being read; name another --output.")
        }
        self.source = source
        self.output = output
        excluded = realOutput.relative(to: realSource)
    }

    private static func checkReadable(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw errno == ENOENT
                ? DemoError("There is no folder “\(path)”.")
                : DemoError("The folder “\(path)” cannot be read", errno: errno)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw DemoError("“\(path)” is not a folder.") }
        guard access(path, R_OK | X_OK) == 0 else {
            throw DemoError("The folder “\(path)” cannot be read", errno: errno)
        }
    }

    private static func makeFolder(_ path: String) throws -> String {
        guard g_mkdir_with_parents(path, 0o755) == 0 else {
            throw DemoError("The output folder “\(path)” cannot be made", errno: errno)
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw DemoError("The output folder “\(path)” cannot be written", errno: errno)
        }
        return path
    }

    private static func makeTemporaryFolder() throws -> String {
        guard let made = g_dir_make_tmp("tasker-demo-XXXXXX", nil) else {
            let parent = String(cString: g_get_tmp_dir())
            throw DemoError("No temporary folder can be made in “\(parent)”; name an --output.")
        }
        defer { g_free(made) }
        return String(cString: made)
    }
}
