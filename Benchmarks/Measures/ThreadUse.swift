import Foundation

/// What threads of this process have used.
enum ThreadUse {
    /// The threads that are there, but for the main thread.
    static var others: [pid_t] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
        return names?.compactMap { pid_t($0) }.filter { $0 != getpid() } ?? []
    }

    /// How often a thread has stopped running, to wait or because another one's turn had come.
    static func switches(of thread: pid_t) -> (waits: Int, turns: Int) {
        // name:<tab>number<newline>; of a thread that has gone, nothing.
        let status = (try? String(contentsOfFile: "/proc/self/task/\(thread)/status", encoding: .utf8)) ?? ""
        func count(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):\t") }
            return line.flatMap { Int($0.dropFirst(name.count + 2)) } ?? 0
        }
        return (count("voluntary_ctxt_switches"), count("nonvoluntary_ctxt_switches"))
    }

    /// How long the calling thread has run.
    static var time: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
