import Tasker

/// Results in a text of `count` bytes.
struct Large: ProcessTask {
    let count: Int

    func run(_ context: ExecutionContext) async throws -> String {
        String(repeating: "x", count: count)
    }
}
