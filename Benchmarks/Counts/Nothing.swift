import Tasker

/// What costs nothing itself.
struct Nothing: ProcessTask {
    func run(_ context: ExecutionContext) -> NoValue {
        NoValue()
    }
}
