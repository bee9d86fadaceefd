import Glibc
import Tasker

/// Lines for the test that started this program.
enum Report {
    /// Writes a line to standard error, at once.
    static func complain(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    /// Writes `word text`, with newlines of the text written as `\n`.
    static func line(_ word: String, _ text: String = "") {
        let escaped = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        let bytes = Array("\(word) \(escaped)\n".utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
            guard count > 0 else { _exit(EX_IOERR) }
            rest = rest.dropFirst(count)
        }
    }

    /// Tells how a task ended.
    static func end<Success>(_ task: TaskHandle<Success>) {
        line("done", "\(task.name) \(task.state.rawValue)")
        line("reason", task.cancelReason?.rawValue ?? "none")
        switch task.result {
        case nil: line("result", "missing")
        case .success(let value): line("value", "\(value)")
        case .failure(let error as TaskerError):
            line("code", "\(error.code)")
            line("text", error.description)
            line("tail", error.standardErrorTail ?? "none")
            line("status", error.exitStatus.map { "\($0)" } ?? "none")
            line("safe", "\(error.isSafeToRetry)")
            line("signal", error.terminationSignal.map { "\($0)" } ?? "none")
        case .failure(let error): line("error", "\(type(of: error)) \(error)")
        }
    }
}
