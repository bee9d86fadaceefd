import Dispatch

extension Scheduler {
    /// Begins a task again that has failed or was cancelled, as another one, which takes its place.
    ///
    /// - Returns: The other one; nil: it cannot be begun again.
    func retry(_ id: TaskID) -> TaskRecord? {
        guard let retrial = read({ $0.finished[id]?.value.retrial }) else { return nil }
        // Outside the lock; of two that do so, one is in time.
        let record = retrial.makeRecord(in: self)
        let mayWait = mayWaitForRoom
        while true {
            let (dependencies, hasFailed) = retrial.awaited
            let submission = change { state, now in
                state.retry(
                    id,
                    as: record,
                    after: dependencies,
                    hasFailedDependency: hasFailed,
                    mayWait: mayWait,
                    at: now
                )
            }
            switch submission {
            case .accepted:
                awaitForeign(dependencies, of: record)
                return record
            case nil, .kept: return nil
            case .full(let room): room.wait()
            }
        }
    }

    /// A task as it is now, or as it was when it ended; what could begin it again may have gone since.
    func snapshot(of record: TaskRecord) -> TaskSnapshot {
        let snapshot = record.snapshot(at: time.now())
        guard snapshot.isRetryable, read({ $0.finished[record.id] == nil }) else { return snapshot }
        return TaskSnapshot(notRetryable: snapshot)
    }
}

extension SchedulerState {
    /// Takes a task in that another one was, and takes that one out of the ended ones.
    ///
    /// - Returns: What became of it; nil: the other one cannot be begun again, or not any more.
    mutating func retry(
        _ id: TaskID,
        as record: TaskRecord,
        after dependencies: [TaskRecord],
        hasFailedDependency: Bool,
        mayWait: Bool,
        at now: Uptime
    ) -> Submission? {
        guard let kept = finished[id]?.value, kept.retrial != nil, !machine.isClosed, record.scope?.isClosed != true
        else { return nil }
        if let mark = kept.mark { record.setMark(mark) }
        let submission = submit(
            record,
            after: dependencies,
            hasFailedDependency: hasFailedDependency,
            mayWait: mayWait,
            at: now
        )
        if case .accepted = submission {
            // Not before: who reads the mark without this lock would wait for a task that is never submitted. One that has ended at
            // once has said so.
            if !record.state.isTerminal { kept.mark?.begin(record) }
            forget(finished.remove(id).map { [$0] } ?? [])
        }
        return submission
    }
}
