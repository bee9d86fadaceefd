import Glibc

/// Which processes the system serves first, and which it ends first.
enum ProcessRank {
    /// Makes sure that the system ends a child sooner than the application when memory runs out.
    ///
    /// A failure changes nothing else: what runs works without.
    static func exposeToOutOfMemory(_ child: pid_t) {
        let own = ProcFile.words(of: "/proc/self/oom_score_adj").first.flatMap { Int($0) } ?? 0
        _ = setOutOfMemoryScore(own + 200, of: child)
    }

    static func setOutOfMemoryScore(_ score: Int, of process: pid_t) -> Bool {
        ProcFile.write("\(min(max(score, -1000), 1000))", into: "/proc/\(process)/oom_score_adj")
    }

    /// Lets all threads of a process step back for others; those that step back further already stay there.
    ///
    /// On Linux each thread has its own niceness, and gives it to those that it starts; but libdispatch sets that of its threads,
    /// as far as it is allowed.
    static func stepBack(_ process: pid_t, to niceness: Int) {
        let wanted = Int32(clamping: min(max(niceness, 0), 19))
        let threads = __priority_which_t(PRIO_PROCESS.rawValue)
        for thread in ProcFile.threads(of: process) where getpriority(threads, id_t(thread)) < wanted {
            setpriority(threads, id_t(thread), wanted)
        }
    }

    /// Lets a session step back for others where the kernel weighs sessions and not threads against each other, see sched(7).
    ///
    /// - Returns: Whether nothing is left to do; the kernel takes this once in 100 ms from all who are not privileged.
    static func stepBack(sessionOf process: pid_t, to niceness: Int) -> Bool {
        let path = "/proc/\(process)/autogroup"
        return ProcFile.write("\(min(max(niceness, 0), 19))", into: path) || errno != EAGAIN
    }
}
