extension Scheduler {
    /// How to start an async function as the body of a record.
    func coroutine<Success: Sendable>(
        _ body: @escaping @Sendable @concurrent (ExecutionContext) async throws -> Success
    ) -> @Sendable (TaskRecord) -> Void {
        { record in
            let task = Task.detached {
                let outcome: TaskOutcome
                do {
                    outcome = .success(try await body(ExecutionContext(record)))
                } catch {
                    outcome = .failure(error)
                }
                self.bodyEnded(record, outcome)
            }
            record.onCancel { task.cancel() }
        }
    }

    /// How to start a blocking function as the body of a record.
    func thread<Success: Sendable>(
        _ body: @escaping @Sendable (ExecutionContext) throws -> Success
    ) -> @Sendable (TaskRecord) -> Void {
        { record in
            do {
                try self.threads.execute {
                    let outcome = TaskOutcome { try body(ExecutionContext(record)) }
                    self.bodyEnded(record, outcome)
                }
            } catch {
                self.bodyEnded(record, .failure(error))
            }
        }
    }
}
