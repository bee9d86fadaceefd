import Glibc
import Tasker
import TestSupport

/// Uses much of something, or tells what it may use.
struct Straining: ProcessTask {
    enum Resource: String, Codable {
        case memory
        case processor
        case descriptors
        case processes
        case patience
        case nothing
    }

    let resource: Resource

    func run(_ context: ExecutionContext) throws -> String {
        switch resource {
        case .memory:
            _ = try Hoarding(bytes: 300 << 20).run(context)
            while true { pause() }
        // Asks for something, or the compiler would leave the loop out.
        case .processor:
            while clock() >= 0 {}
            return "never"
        case .descriptors:
            var count = 0
            while open("/dev/null", O_RDONLY) >= 0 { count += 1 }
            let isRefused = errno == EMFILE
            // It still reports, on its way as well as at its end.
            context.setProgress(0.5)
            return "\(count < 40 && isRefused)"
        case .processes:
            _ = try Hoarding(bytes: 150 << 20).run(context)
            return "\((0..<300).allSatisfy { _ in Self.runTrue() })"
        case .patience, .nothing:
            // Threads that start later step back when they are looked at.
            while resource == .patience, niceness < Self.patience { sched_yield() }
            let score = String(decoding: ProcessTable.contents(of: "/proc/self/oom_score_adj"), as: UTF8.self)
            return "\(niceness) \(Int(score.dropLast()) ?? -1) \(getpid())"
        }
    }

    /// For which a task of patience waits: three steps behind the application.
    static let patience = 3 + getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(getppid()))

    /// With the caller's memory until it runs, as the system's own way of starting programs has it.
    private static func runTrue() -> Bool {
        var arguments = [strdup("true"), nil]
        defer { free(arguments[0]) }
        var (child, status) = (pid_t(), Int32())
        guard posix_spawnp(&child, "true", nil, nil, &arguments, environ) == 0 else { return false }
        return waitpid(child, &status, 0) == child && status == 0
    }

    /// That of the calling thread.
    private var niceness: Int32 {
        getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
    }
}
