import Glibc
import Tasker

/// Waits until it is cancelled, and says so.
struct Cooperative: ProcessTask {
    func run(_ context: ExecutionContext) async throws -> Int {
        try await context.sendEvent("pid", Int(getpid()))
        let (stream, continuation) = AsyncStream<Int>.makeStream()
        // The stream ends for the cancelled task that waits for it.
        for await _ in stream {}
        continuation.finish()
        Report.complain("told \(context.isCancelled)")
        return 5
    }
}
