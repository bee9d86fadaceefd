import Tasker

/// Reports half of its work and then ends as asked.
struct Halfway: ProcessTask {
    let fails: Bool

    func run(_ context: ExecutionContext) async throws -> Int {
        context.setProgress(0.5)
        if fails { throw CancellationError() }
        return 1
    }
}
