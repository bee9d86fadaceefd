import GLibMainLoop
import Glibc
import Subprocess
import SystemPackage

/// A small process that outlives the application by a moment, to end the process groups it leaves behind.
///
/// The application tells it through a socket which groups are alive; end-of-file, which the kernel sends however the
/// application ends, makes it end them. A group has no number before its child is there, and an application that is killed
/// just then tells nobody; so a mark that the child will carry in its environment is told before.
///
/// It is a shell script, because a shell is there wherever programs are run, holds 1 MB, and needs no entry point in the
/// application's `main`. Rejected: `PR_SET_PDEATHSIG`, which fires when the *thread* that spawned exits and does not reach
/// grandchildren.
final class Guardian: Sendable {
    static let shared = Guardian()

    fileprivate struct State {
        var socket: Int32?
        /// The start that runs or has run.
        var start: Task<Void, Never>?
        /// The groups that are alive, and the marks of children that are being started.
        var words: Set<String> = []
        var markCount = 0
        var news = GuardianNews()
        /// Whether a thread waits until the socket takes more; it holds 278 lines.
        var isWaiting = false
    }

    private let state = Lock(State())

    // A child that was just being started has its mark only when it runs its program, on a busy machine after more than 0.2 s, so
    // that is looked for some seconds longer; not the groups, whose numbers may be another's by then.
    //
    // The loop runs in the background of a shell that ends at once: then init reaps it, and nobody in the application has to
    // wait for it as long as it lives (swift-subprocess looks once a second).
    private static let script = """
        exec 3<&0
        {
            trap '' HUP INT QUIT TERM
            alive=' '
            while read -r gone come; do
                case $alive in *" $gone "*) alive="${alive%% $gone *} ${alive#* $gone }" ;; esac
                if [ "$come" != . ]; then alive="$alive$come "; fi
            done <&3
            end() {
                unseen=
                for word in $alive; do
                    case $word in
                    *-)
                        children=$(grep -lsF "\(variable)=\(identity)-$word" /proc/[0-9]*/environ)
                        if [ -z "$children" ]; then unseen="$unseen $word"; fi
                        for child in $children; do
                            child=${child%/environ}
                            kill -s "$1" -- "-${child#/proc/}"
                        done ;;
                    *) kill -s "$1" -- "-$word" ;;
                    esac
                done
            }
            end TERM
            late=$unseen
            if [ "$alive" != ' ' ]; then sleep 0.2; fi
            end KILL
            alive=$late
            turns=25
            while [ "$alive" ] && [ $turns -gt 0 ]; do
                sleep 0.2
                end KILL
                alive=$unseen
                turns=$((turns - 1))
            done
        } &
        """

    /// The environment variable that holds a child's mark.
    static let variable: Environment.Key = "TASKER_CHILD"

    // So that what an application that is gone has left behind, with its marks, is never taken for a child of this one.
    private static let identity = String(UInt64.random(in: .min ... .max), radix: 36)

    /// A mark for a child that is about to be started; short, because a shell reads its socket byte by byte.
    func makeMark() -> String {
        let count = state.withLock { state in
            state.markCount += 1
            return state.markCount
        }
        return "\(count)-"
    }

    /// What a child with a mark has in its environment.
    static func environment(of mark: String) -> [Environment.Key: String?] {
        [variable: "\(identity)-\(mark)"]
    }

    /// Tells of a mark that has come, or of a group in the place of its mark; starts the process, and waits for that, if it does not
    /// run or somebody ended it.
    ///
    /// A guardian that somebody stopped, or that is behind, hears of it when it reads again.
    func watch(_ word: String, insteadOf mark: String? = nil) async {
        let start = state.withLock { state -> Task<Void, Never>? in
            state.words.insert(word)
            let isReplaced = mark.flatMap { state.words.remove($0) } != nil
            state.news.add(word, insteadOf: isReplaced ? mark : nil)
            if state.tell() { return nil }
            if let socket = state.socket {
                close(socket)
                (state.socket, state.start) = (nil, nil)
            }
            // The one that runs already tells of the word, too: it does so when it has ended its start.
            if let start = state.start { return start }
            let start = Task.detached(executorPreference: ThreadPool.supervision) { await self.launch() }
            state.start = start
            return start
        }
        await start?.value
        sendRest()
    }

    /// Tells of a group or mark that has gone; nothing if it is not there.
    func forget(_ word: String) {
        let isNews = state.withLock { state in
            guard state.words.remove(word) != nil else { return false }
            state.news.remove(word)
            _ = state.tell()
            return true
        }
        if isNews { sendRest() }
    }

    /// Sends what the socket did not take, when it takes more; a thread waits for that.
    private func sendRest() {
        let descriptor = state.withLock { state -> Int32? in
            guard let socket = state.socket, !state.news.isEmpty, !state.isWaiting else { return nil }
            // One of its own, which nobody else closes.
            let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 3)
            guard descriptor >= 0 else { return nil }
            state.isWaiting = true
            return descriptor
        }
        guard let descriptor else { return }
        do {
            try ThreadPool.pumps.execute {
                var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                while poll(&polled, 1, -1) < 0, errno == EINTR {}
                close(descriptor)
                let isThere = self.state.withLock { state in
                    state.isWaiting = false
                    return state.tell()
                }
                if isThere { self.sendRest() }
            }
        } catch {
            // The next change tries again.
            close(descriptor)
            state.withLock { $0.isWaiting = false }
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
        guard (try? await streams.run(configuration)) != nil else {
            close(ends.ours)
            return retryLater()
        }
        let isThere = state.withLock { state in
            state.socket = ends.ours
            state.news = GuardianNews()
            for word in state.words { state.news.add(word) }
            guard !state.tell() else { return true }
            // The shell could not start what runs in its background.
            state.socket = nil
            return false
        }
        guard !isThere else { return }
        close(ends.ours)
        retryLater()
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
    /// Tells what the socket takes; under the lock, so that lines stay in order.
    ///
    /// Does not block, and a socket instead of a pipe raises no SIGPIPE: a guardian that somebody stopped or killed may cost its
    /// service, never the application. Rejected: closing the socket of one that does not read, which would end what is alive
    /// when it reads again.
    ///
    /// - Returns: Whether the guardian is there.
    fileprivate mutating func tell() -> Bool {
        guard let socket else { return false }
        // A socket of this kind takes such short lines as a whole or not at all.
        return news.tell { DescriptorIO.send(socket, $0) }
    }
}
