import Dispatch
import Glibc

/// A launcher: runs a program with pipes of its own and copies line by line what goes through them.
enum Relay {
    /// - Parameter words: `lines`, or after how many bytes from the program this one ends in the middle; then the program's
    ///   command line.
    /// - Returns: The program's status.
    static func run(_ words: [String]) -> Int32 {
        let limit = words.first.flatMap { Int($0) }
        var (down, up): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard pipe(&down) == 0, pipe(&up) == 0 else { return EX_OSERR }
        for end in down + up { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        guard let child = start(Array(words.dropFirst()), input: down[0], output: up[1]) else { return EX_UNAVAILABLE }
        close(down[0])
        close(up[1])
        let program = down[1]
        DispatchQueue(label: "down").async {
            copyLines(from: 0, to: program, limit: nil)
            close(program)
        }
        copyLines(from: up[0], to: 1, limit: limit)
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return status & 0x7F == 0 ? status >> 8 : 128 + status & 0x7F
    }

    private static func start(_ words: [String], input: Int32, output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var arguments = words.map { strdup($0) } + [nil]
        defer { for text in arguments { free(text) } }
        var child = pid_t()
        return posix_spawn(&child, words[0], &actions, nil, &arguments, environ) == 0 ? child : nil
    }

    /// Copies until the end; keeps what is not a whole line yet.
    private static func copyLines(from source: Int32, to target: Int32, limit: Int?) {
        var (line, copied): ([UInt8], Int) = ([], 0)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { return }
            for byte in buffer.prefix(count) {
                line.append(byte)
                copied += 1
                if copied == limit {
                    write(target, line)
                    exit(7)
                }
                guard byte == UInt8(ascii: "\n") else { continue }
                write(target, line)
                line = []
            }
        }
    }

    private static func write(_ target: Int32, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(target, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
