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

    fileprivate struct State {
        var socket: Int32?
        /// The start that runs or has run; each waits for the one before.
        var start: Task<Void, Never>?
        var groups: Set<pid_t> = []
    }

    private let state = Lock(State())

    // The loop runs in the background of a shell that ends at once: then init reaps it, and nobody in the application has to
    // wait for it as long as it lives (swift-subprocess looks once a second).
    private static let script = """
        exec 3<&0
        {
            trap '' HUP INT QUIT TERM
            alive=' '
            while read -r change group <&3; do
                case $change in
                +) alive="$alive$group " ;;
                -) case $alive in *" $group "*) alive="${alive%% $group *} ${alive#* $group }" ;; esac ;;
                esac
            done
            for group in $alive; do kill -s TERM -- "-$group"; done
            if [ "$alive" != ' ' ]; then sleep 0.2; fi
            for group in $alive; do kill -s KILL -- "-$group"; done
        } &
        """

    /// Makes sure that the process runs; before a child is started, so that no child is ever without it.
    func start() async {
        let start = state.withLock { state in
            if let start = state.start { return start }
            let start = Task.detached { await self.launch() }
            state.start = start
            return start
        }
        await start.value
    }

    /// Tells of a group that has come; starts another guardian if somebody ended this one.
    func watch(_ group: pid_t) async {
        let isWatched = state.withLock { state in
            state.groups.insert(group)
            if state.tell("+ \(group)\n") { return true }
            if let socket = state.socket { close(socket) }
            (state.socket, state.start) = (nil, nil)
            return false
        }
        if !isWatched { await start() }
    }

    /// Tells of a group that has gone.
    func forget(_ group: pid_t) {
        state.withLock { state in
            state.groups.remove(group)
            _ = state.tell("- \(group)\n")
        }
    }

    private func launch() async {
        // As the first child: what is set up once, and its own five.
        guard (try? DescriptorIO.requireSpare(16)) != nil, let ends = try? DescriptorIO.socketPair() else {
            return retryLater()
        }
        guard let streams = Self.streams(input: ends.theirs) else {
            close(ends.ours)
            return retryLater()
        }
        DescriptorIO.setNonBlocking(ends.ours)
        var options = PlatformOptions()
        // A session of its own: a terminal's interrupt or hang-up does not reach it.
        options.createSession = true
        let configuration = Configuration(
            executable: .path("/bin/sh"),
            // The last two are for people who look at the list of processes.
            arguments: ["-c", Self.script, "tasker-guardian", "\(getpid())"],
            workingDirectory: "/",
            platformOptions: options
        )
        guard (try? await streams.run(configuration) { _ in }) != nil else {
            close(ends.ours)
            return retryLater()
        }
        state.withLock { state in
            state.socket = ends.ours
            for group in state.groups { _ = state.tell("+ \(group)\n") }
        }
    }

    /// Without a shell or descriptors children run unguarded; the next one tries again.
    private func retryLater() {
        state.withLock { $0.start = nil }
    }

    private static func streams(input: Int32) -> ChildStreams? {
        let output = open("/dev/null", O_WRONLY | O_CLOEXEC)
        let error = open("/dev/null", O_WRONLY | O_CLOEXEC)
        // Takes over, and closes, whichever of them are there.
        let streams = try? ChildStreams(input: input, output: output, error: error)
        return output >= 0 && error >= 0 ? streams : nil
    }
}

extension Guardian.State {
    /// Sends a line; under the lock, so that lines stay in order.
    ///
    /// Does not block, and a socket instead of a pipe raises no SIGPIPE: a guardian that somebody stopped or killed may cost its
    /// service, never the application.
    ///
    /// - Returns: Whether the guardian is there.
    fileprivate func tell(_ line: String) -> Bool {
        guard let socket else { return false }
        return Array(line.utf8).withUnsafeBytes { DescriptorIO.send(socket, $0) } != nil
    }
}
