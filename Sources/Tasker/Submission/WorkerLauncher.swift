import CTaskerGLib
import Subprocess
import SystemPackage

/// How worker processes are started.
///
/// All that a launcher has to do is to run a program and to pass its standard input, output and error through, as bytes or
/// as whole lines.
public struct WorkerLauncher: Sendable, Hashable {
    /// The program before the worker's own command line, and that program's first arguments.
    let prefix: [String]

    /// Starts workers on this machine, as children of the application.
    public static let local = WorkerLauncher(prefix: [])

    /// Starts workers by way of another program: `["ssh", "host"]`, `["srun", "-n1"]`, `["nice"]`.
    ///
    /// The worker's own command line, its executable and an argument, is appended. Where that is another machine or another root,
    /// its executable is named with ``TaskManagerConfiguration/workerExecutable``. A cancel, and the end of the application, end
    /// the program and close the connection, at which a worker ends whatever its task does; a pause stops the program only.
    ///
    /// - Parameter prefix: The program, by name or path, and its arguments; empty: as ``local``.
    public static func command(prefix: [String]) -> WorkerLauncher {
        WorkerLauncher(prefix: prefix)
    }

    /// - Parameter executable: The worker's executable; nil: the application's own.
    func configuration(executable: String?, environment: Environment) -> Configuration {
        guard let program = prefix.first else {
            return Configuration(
                // The running executable itself, also when its file has been replaced meanwhile.
                executable: Self.executable(executable ?? "/proc/self/exe"),
                arguments: Arguments(
                    executablePathOverride: executable ?? CommandLine.arguments.first ?? "worker",
                    remainingValues: [WorkerProcess.marker]
                ),
                environment: environment
            )
        }
        return Configuration(
            executable: Self.executable(program),
            arguments: Arguments(prefix.dropFirst() + [executable ?? Self.ownPath, WorkerProcess.marker]),
            environment: environment
        )
    }

    private static func executable(_ name: String) -> Executable {
        name.contains("/") ? .path(FilePath(name)) : .name(name)
    }

    /// Where the application's executable is, or what has taken its place: the launcher has no other way to it.
    private static var ownPath: String {
        guard let path = g_file_read_link("/proc/self/exe", nil) else { return CommandLine.arguments.first ?? "" }
        defer { g_free(path) }
        let text = String(cString: path)
        let mark = " (deleted)"
        return text.hasSuffix(mark) ? String(text.dropLast(mark.count)) : text
    }
}
