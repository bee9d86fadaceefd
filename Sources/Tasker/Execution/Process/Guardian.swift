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
        var groups: Set<pid_t> = []
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
        state.withLock { state in
            state.groups.insert(group)
            if let socket = state.socket, Self.tell(socket, "+ \(group)\n") { return }
            // None yet, or somebody ended it: a new one hears of every group.
            if let socket = state.socket { close(socket) }
            state.socket = Self.start()
            guard let socket = state.socket else { return }
            for group in state.groups { _ = Self.tell(socket, "+ \(group)\n") }
        }
    }

    func forget(_ group: pid_t) {
        state.withLock { state in
            state.groups.remove(group)
            // One that is gone is replaced when there is something to watch again.
            if let socket = state.socket { _ = Self.tell(socket, "- \(group)\n") }
        }
    }

    /// Sends a line; under the lock, so that lines stay in order.
    ///
    /// Non-blocking: a guardian that somebody stopped may cost its service, never the application. A socket and not a pipe,
    /// because writing into the pipe of one that is gone would end the application with SIGPIPE.
    ///
    /// - Returns: Whether the guardian is there.
    private static func tell(_ socket: Int32, _ line: String) -> Bool {
        Array(line.utf8).withUnsafeBytes { DescriptorIO.send(socket, $0) } != nil
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
