import Glibc
import Tasker

/// Starts a process of its own, tells of both, and then ends as asked.
struct Grandparent: ProcessTask {
    enum End: String, Codable {
        case never
        case crash
        case result
    }

    let end: End

    func run(_ context: ExecutionContext) async throws -> Int {
        var child = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("1000"), nil]
        defer { for argument in arguments { free(argument) } }
        guard posix_spawnp(&child, "sleep", nil, nil, &arguments, environ) == 0 else { return -1 }
        try await context.sendEvent("pid", Int(child))
        try await context.sendEvent("pid", Int(getpid()))
        switch end {
        case .never: while true { pause() }
        case .crash: kill(getpid(), SIGKILL)
        case .result: break
        }
        return Int(child)
    }
}
