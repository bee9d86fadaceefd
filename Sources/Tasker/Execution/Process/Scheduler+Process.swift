extension Scheduler {
    /// How to run work in a worker process as the body of a record.
    func process<Work: ProcessTask>(_ work: Work) -> TaskRecord.Start {
        .call { record in
            // Not at once: this may be the main thread, and arguments take their time to encode.
            Task.detached(executorPreference: ThreadPool.supervision) { self.runInWorker(work, record) }
            return nil
        }
    }

    private func runInWorker(_ work: some ProcessTask, _ record: TaskRecord) {
        do {
            let run = try WorkerRun(
                work,
                record: record,
                grace: gracePeriod(of: record),
                clock: configuration.clock
            ) { outcome in self.bodyEnded(record, outcome) }
            record.onCancel { [workers] in workers.cancel(run) }
            record.onPauseChange { run.pauseChanged() }
            workers.start(run)
        } catch {
            bodyEnded(record, .failure(error.about(safeToRetry: true)))
        }
    }

    /// See ``TaskManagerProxy/prewarmWorkers(_:)``.
    func prewarmWorkers(_ count: Int) {
        guard isRunning else { return }
        workers.prewarm(count, limit: read { $0.machine.limit(of: .kind(.process)) } ?? .max)
    }
}
