/// The estimators of the running tasks that report progress; on the main thread, where progress is sampled.
struct ProgressEstimates {
    /// What can be told of a task's rest.
    struct Estimate {
        var remaining: Duration?
        /// Of the whole, in a second.
        var throughput: Double?
    }

    private struct Entry {
        var estimator = RemainingTimeEstimator()
        var reckoning: UInt32
    }

    private var entries: [TaskID: Entry] = [:]

    /// Takes a sample of a running task in.
    ///
    /// - Parameters:
    ///   - elapsed: How long it has worked.
    ///   - fraction: How much is done; nil: unknown.
    ///   - reckoning: Fractions of different ones say nothing of each other.
    mutating func sample(_ id: TaskID, elapsed: Duration, fraction: Double?, reckoning: UInt32) -> Estimate {
        guard fraction != nil || entries[id] != nil else { return Estimate() }
        var entry = entries.removeValue(forKey: id) ?? Entry(reckoning: reckoning)
        if entry.reckoning != reckoning {
            // It may have come back before anybody saw that it was unknown.
            entry.estimator.reset()
            entry.reckoning = reckoning
        }
        entry.estimator.sample(at: elapsed, fraction: fraction)
        defer { entries[id] = entry }
        return Estimate(
            remaining: entry.estimator.remaining(at: elapsed),
            throughput: entry.estimator.throughput(at: elapsed)
        )
    }

    mutating func remove(_ id: TaskID) {
        guard !entries.isEmpty else { return }
        entries[id] = nil
        entries.releaseSpareStorage()
    }
}
