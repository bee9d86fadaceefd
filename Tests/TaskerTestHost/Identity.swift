import Glibc
import Tasker

/// Tells in which process it runs.
struct Identity: ProcessTask {
    func run(_ context: ExecutionContext) -> pid_t {
        getpid()
    }
}
