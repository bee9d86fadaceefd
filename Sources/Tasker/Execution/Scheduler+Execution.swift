extension Scheduler {
    /// How to start an async function as the body of a record.
    func coroutine<Success: Sendable>(
        _ body: @escaping @Sendable @concurrent (ExecutionContext) async throws -> Success
    ) -> TaskRecord.Start {
        { record in
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
        { record in
            do {
                try self.threads.execute {
                    let outcome = TaskOutcome {
                        let context = ExecutionContext(record)
                        try context.checkCancellation()
                        return try body(context)
                    }
                    self.bodyEnded(record, outcome)
                }
                return nil
            } catch {
                return error
            }
        }
    }
}
