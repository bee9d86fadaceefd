import Glibc
import Tasker

/// A troublemaker: fails with an honest error after a while.
struct Fail: Sendable {
    let workplace: Workplace

    func run(_ context: ExecutionContext) throws {
        try context.setTotal(10)
        for step in 1...6 {
            try context.checkCancellation()
            context.setProgress(step)
            context.setMessage("Working towards a failure, step \(step)")
            usleep(200_000)
        }
        let path = "\(workplace.source)/this file does not exist"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor < 0 else {
            close(descriptor)
            return
        }
        throw DemoError("“\(path)” could not be opened", errno: errno)
    }
}
