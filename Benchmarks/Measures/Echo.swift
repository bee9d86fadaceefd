import Glibc

/// A process that answers each message with another one: what two processes cost that do nothing else.
final class Echo {
    static let marker = "--tasker-benchmarks-echo"

    private let socket: Int32
    private let process: pid_t
    private let question: [UInt8]
    private var answer: [UInt8]

    /// - Parameters:
    ///   - question: How many bytes go there.
    ///   - answer: How many come back.
    init(question: Int, answer: Int) {
        var ends: [Int32] = [-1, -1]
        precondition(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0, "There is no socket pair.")
        socket = ends[0]
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        self.question = Array(repeating: 1, count: question)
        self.answer = Array(repeating: 0, count: answer)
        process = spawn("/proc/self/exe", [Self.marker, "\(question)", "\(answer)"], input: ends[1])
        close(ends[1])
        // It is warm when it has answered.
        ask()
    }

    deinit {
        close(socket)
        waitForExit(of: process)
    }

    func ask() {
        precondition(write(socket, question, question.count) == question.count)
        precondition(recv(socket, &answer, answer.count, Int32(MSG_WAITALL)) == answer.count)
    }

    /// The other process, if this is one.
    static func serveIfRequested() {
        let words = CommandLine.arguments
        guard words.count == 4, words[1] == marker, let size = Int(words[2]), let count = Int(words[3]) else { return }
        var question = [UInt8](repeating: 0, count: size)
        let answer = [UInt8](repeating: 1, count: count)
        while recv(0, &question, size, Int32(MSG_WAITALL)) == size {
            guard write(0, answer, count) == count else { break }
        }
        exit(0)
    }
}

/// Starts a program in the way that costs least.
func spawn(_ program: String, _ arguments: [String], input: Int32? = nil) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    precondition(posix_spawn(&process, program, &actions, nil, &words, environ) == 0, "\(program) was not started.")
    return process
}

func waitForExit(of process: pid_t) {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
}
