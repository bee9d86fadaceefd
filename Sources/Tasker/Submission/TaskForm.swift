/// What the calls of a ``TaskSubmitter`` say of a task besides its work and its callbacks.
struct TaskForm: Sendable {
    var key: String?
    var name: String?
    var priority: SchedulingPriority
    var metadata: [String: String]
    var options: TaskOptions

    func info(_ body: TaskBody<some Sendable>, scope: ScopeCore?, created: TaskTimestamp) -> TaskInfo {
        TaskInfo(
            kind: body.kind,
            key: key,
            name: name ?? (key == nil ? body.name : nil),
            priority: priority,
            metadata: metadata,
            options: options,
            scope: scope?.label,
            created: created
        )
    }
}
