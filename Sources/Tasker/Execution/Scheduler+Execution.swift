extension Scheduler {
    /// How to start an async function as the body of a record.
    func coroutine<Success: Sendable>(
        _ body: @escaping @Sendable @concurrent (ExecutionContext) async throws -> Success
    ) -> TaskRecord.Start {
        .call { record in
            let task = Task.detached {
                let outcome: TaskOutcome
                do {
                    let context = ExecutionContext(record)
                    // It may have waited for one of Swift's threads, and been cancelled meanwhile.
                    try context.checkCancellation()
                    outcome = .success(try await body(context))
                } catch {
                    outcome = .thrown(error)
                }
                self.bodyEnded(record, outcome)
            }
            record.onCancel { task.cancel() }
            return nil
        }
    }

    /// How to start a blocking function as the body of a record.
    func thread<Success: Sendable>(
        _ body: @escaping @Sendable (ExecutionContext) throws -> Success
    ) -> TaskRecord.Start {
        let run: TaskRecord.Body = { record in
            TaskOutcome {
                let context = ExecutionContext(record)
                try context.checkCancellation()
                return try body(context)
            }
        }
        // There is no public way to ask a type whether it owns nothing; where it says no, a task's end costs a wake-up more.
        return .thread(run, isPlain: _isPOD(Success.self))
    }
}
