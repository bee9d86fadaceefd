import Glibc
import Tasker

/// Sends numbers as events, and says after how many of them the handler had written that number to a file.
struct Asking: ProcessTask {
    let path: String
    let count: Int
    let isAsync: Bool

    func run(_ context: ExecutionContext) async throws -> Int {
        var answered = 0
        for number in 0..<count {
            if isAsync {
                try await context.sendEventAndWait("number", number)
            } else {
                try Self.send(number, context)
            }
            if Self.contents(of: path) == "\(number)" { answered += 1 }
        }
        return answered
    }

    private static func send(_ number: Int, _ context: ExecutionContext) throws {
        try context.sendEventAndWait("number", number)
    }

    private static func contents(of path: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let file = open(path, O_RDONLY)
        defer { close(file) }
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Writes what a task looks for.
    static func answer(_ number: Int, path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let bytes = Array("\(number)".utf8)
        write(file, bytes, bytes.count)
        close(file)
    }
}
