import GLibMainLoop
import Glibc
import Subprocess
import SystemPackage

/// A small process that outlives the application by a moment, to end the process groups it leaves behind.
///
/// The application tells it through a socket which groups are alive; end-of-file, which the kernel sends however the
/// application ends, makes it end them. It is a shell script, because a shell is there wherever programs are run, holds
/// 1 MB, and needs no entry point in the application's `main`. Rejected: `PR_SET_PDEATHSIG`, which fires when the
/// *thread* that spawned exits and does not reach grandchildren.
final class Guardian: Sendable {
    static let shared = Guardian()

    private struct State {
        var socket: Int32?
        var hasFailed = false
    }

    private let state = Lock(State())

    private static let script = """
        trap '' HUP INT QUIT TERM
        alive=' '
        while read -r change group; do
            case $change in
            +) alive="$alive$group " ;;
            -) case $alive in *" $group "*) alive="${alive%% $group *} ${alive#* $group }" ;; esac ;;
            esac
        done
        for group in $alive; do kill -s TERM -- "-$group"; done
        if [ "$alive" != ' ' ]; then sleep 0.2; fi
        for group in $alive; do kill -s KILL -- "-$group"; done
        """

    func watch(_ group: pid_t) {
        tell("+ \(group)\n")
    }

    func forget(_ group: pid_t) {
        tell("- \(group)\n")
    }

    private func tell(_ line: String) {
        let socket = state.withLock { state -> Int32? in
            if state.socket == nil, !state.hasFailed { state.socket = Self.start() }
            state.hasFailed = state.socket == nil
            return state.socket
        }
        guard let socket else { return }
        // Does not block, and a socket instead of a pipe raises no SIGPIPE: a guardian that somebody stopped or killed may
        // cost its service, never the application.
        _ = Array(line.utf8).withUnsafeBytes { DescriptorIO.send(socket, $0) }
    }

    /// Starts the process in the background; what is told before it runs waits in the socket.
    private static func start() -> Int32? {
        guard let ends = try? DescriptorIO.socketPair() else { return nil }
        DescriptorIO.setNonBlocking(ends.ours)
        var options = PlatformOptions()
        // A session of its own: a terminal's interrupt or hang-up does not reach it.
        options.createSession = true
        let configuration = Configuration(
            executable: .path("/bin/sh"),
            arguments: ["-c", script],
            workingDirectory: "/",
            platformOptions: options
        )
        Task.detached {
            _ = try? await Subprocess.run(
                configuration,
                input: .fileDescriptor(FileDescriptor(rawValue: ends.theirs), closeAfterSpawningProcess: true),
                output: .discarded,
                error: .discarded
            ) { _ in }
        }
        return ends.ours
    }
}
