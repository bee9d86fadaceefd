/// A task as it is submitted, of which records are made: one, or another each time that it is started again.
struct TaskTemplate<Success: Sendable>: Sendable {
    let body: TaskBody<Success>
    var form: TaskForm
    let scope: ScopeCore?
    let whenIteration: (@MainActor @Sendable (TaskIteration<Success>) -> Void)?
    let whenDone: (@MainActor @Sendable (TaskHandle<Success>) -> Void)?
    let whenEvent: (@MainActor @Sendable (TaskMessage) -> Void)?

    /// Makes a record with an id of its own.
    func makeRecord(in scheduler: Scheduler) -> TaskRecord {
        let record = TaskRecord(
            info: form.info(body, scope: scope, created: scheduler.time.timestamp()),
            scheduler: scheduler,
            scope: scope,
            start: body.start(scheduler),
            retry: form.options.shared.values.retry,
            whenEvent: whenEvent
        )
        if let whenIteration { record.setIterationHandler(Self.untyped(whenIteration, of: record.id)) }
        if let whenDone {
            record.setCompletion { [unowned record] in
                // Unowned, not a cycle: whoever runs the completion holds the record.
                whenDone(TaskHandle(record: record))
            }
        }
        return record
    }

    /// A handler of iterations for a record, which knows no types.
    private static func untyped(
        _ handler: @escaping @MainActor @Sendable (TaskIteration<Success>) -> Void,
        of id: TaskID
    ) -> TaskLife.IterationHandler {
        { iteration in
            let result = iteration.result.map { value in
                guard let value = value as? Success else {
                    preconditionFailure("The body of task \(id) results in a \(Success.self), by its type.")
                }
                return value
            }
            handler(TaskIteration(number: iteration.number, result: result))
        }
    }
}
