import CTaskerGLib
import Glibc

extension ChildProcess {
    private static let interval = Duration.milliseconds(100)

    /// Gives the child limits, and ends it when it has gone beyond them; once in its life.
    ///
    /// - Parameter hasWorked: Whether it may have used something that is not to be counted.
    /// - Throws: ``TaskerError/Code/spawnFailed`` when the system does not allow one of them.
    func limit(_ limits: ProcessLimits, hasWorked: Bool, clock: any Clock<Duration>) throws(TaskerError) {
        guard let process = try apply(limits) else { return }
        guard limits.niceness != nil || limits.isMeasured else { return }
        watch(
            Task.detached(executorPreference: ThreadPool.supervision) {
                await self.keep(limits, of: process, hasWorked: hasWorked, clock: clock)
            }
        )
    }

    /// Looks at the child until it has gone beyond its limits or the task is cancelled.
    private func keep(_ limits: ProcessLimits, of process: pid_t, hasWorked: Bool, clock: any Clock<Duration>) async {
        var isSessionBack = limits.niceness == nil
        var before: Duration? = hasWorked ? nil : .zero
        repeat {
            if let niceness = limits.niceness {
                whileAlive { ProcessRank.stepBack($0, to: niceness) }
                if !isSessionBack {
                    isSessionBack = whileAlive { ProcessRank.stepBack(sessionOf: $0, to: niceness) } ?? true
                }
            }
            // Not under the lock, because this takes its time. If the child ends meanwhile, and its number is a stranger's by now,
            // nothing follows from it.
            if limits.isMeasured, var usage = ProcessUsage.ofTree(process) {
                let start = before ?? usage.processorTime
                before = start
                usage.processorTime -= start
                if let breach = LimitBreach(of: limits, by: usage, in: process) { return end(for: breach) }
            }
        } while (try? await clock.sleep(for: Self.interval)) != nil
    }

    /// - Returns: The leader; nil when the child has ended.
    private func apply(_ limits: ProcessLimits) throws(TaskerError) -> pid_t? {
        let applied = whileAlive { leader -> (pid_t, refused: [String])? in
            // Also those that it has started already; what starts later has the limits of who starts it.
            var known: Set<pid_t> = []
            while true {
                let new = ProcessUsage.tree(leader).map(\.process).filter { !known.contains($0) }
                if new.isEmpty { return (leader, []) }
                for process in new {
                    let refused = Self.apply(limits, to: process)
                    // One that has ended refuses as well, at least its score.
                    if !refused.isEmpty, !ProcFile.hasEnded(process) { return (leader, refused) }
                }
                known.formUnion(new)
            }
        }
        guard let (leader, refused) = applied else { return nil }
        guard refused.isEmpty else {
            throw TaskerError(
                .spawnFailed,
                "The system does not allow this process \(refused.joined(separator: ", ")); choose limits as the application's own, or stricter."
            )
        }
        return leader
    }

    /// - Returns: What the system did not allow.
    private static func apply(_ limits: ProcessLimits, to process: pid_t) -> [String] {
        if let niceness = limits.niceness { ProcessRank.stepBack(process, to: niceness) }
        var refused: [String] = []
        if let count = limits.openFiles, tasker_limit_open_files(process, rlim_t(max(0, count))) != 0 {
            refused.append("\(count) open files")
        }
        if let score = limits.outOfMemoryScore, !ProcessRank.setOutOfMemoryScore(score, of: process) {
            refused.append("an out-of-memory score of \(score)")
        }
        return refused
    }
}
