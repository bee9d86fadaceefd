import Glibc
import Tasker

/// Blocks for ever and does not look whether it was cancelled.
struct Endless: ProcessTask {
    let ignoresTerm: Bool

    func run(_ context: ExecutionContext) async throws -> Int {
        if ignoresTerm { signal(SIGTERM, SIG_IGN) }
        try await context.sendEvent("pid", Int(getpid()))
        while true { pause() }
    }
}
