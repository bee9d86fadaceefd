import Glibc
import Tasker

/// A troublemaker: its worker process dies in mid-work, and the application does not.
struct Crash: ProcessTask {
    func run(_ context: ExecutionContext) async throws -> Bool {
        // A crash on purpose need not leave a core file in the user's folder.
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        try context.setTotal(10)
        for step in 1...6 {
            context.setProgress(step)
            context.setMessage("About to crash in \(6 - step)")
            try await Task.sleep(for: .milliseconds(250))
        }
        abort()
    }
}
