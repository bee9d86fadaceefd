/// What is known of a task when it is submitted, and never changes.
///
/// Shared by the record, the handle and every snapshot, so that a snapshot costs no copy of strings.
final class TaskInfo: Sendable {
    let id: TaskID
    let key: String?
    let name: String
    let kind: TaskKind
    let priority: SchedulingPriority
    let metadata: [String: String]
    let options: TaskOptions
    let created: TaskTimestamp

    init(
        kind: TaskKind,
        key: String?,
        name: String?,
        priority: SchedulingPriority,
        metadata: [String: String],
        options: TaskOptions
    ) {
        id = .next()
        self.kind = kind
        self.key = key
        self.name = name ?? key ?? "Task \(id)"
        self.priority = priority
        self.metadata = metadata
        self.options = options
        created = .now()
    }
}
