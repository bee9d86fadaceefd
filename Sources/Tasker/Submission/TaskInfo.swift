/// What is known of a task when it is submitted, and never changes.
///
/// Shared by the record, the handle and every snapshot, so that a snapshot costs no copy of strings.
final class TaskInfo: Sendable {
    let id: TaskID
    let key: String?
    private let givenName: String?
    let kind: TaskKind
    /// As it was submitted.
    let priority: SchedulingPriority
    let metadata: [String: String]
    /// Without the tasks that it waits for, each of which would keep the one before it for ever, and without the retry policy,
    /// whose predicate owns other people's objects: a list keeps this long after the task has ended.
    let options: TaskOptions
    let scope: ScopeLabel?
    let created: TaskTimestamp
    /// Whether more than one body may run, one after the other.
    let repeats: Bool

    init(
        kind: TaskKind,
        key: String? = nil,
        name: String? = nil,
        priority: SchedulingPriority = .normal,
        metadata: [String: String] = [:],
        options: TaskOptions = [],
        scope: ScopeLabel? = nil,
        created: TaskTimestamp
    ) {
        id = .next()
        self.kind = kind
        self.key = key
        givenName = name
        self.priority = priority
        self.metadata = metadata
        var options = options
        repeats = options.shared.values.period != nil || options.shared.values.retry.map { $0.retries > 0 } ?? false
        if options.shared.values.dependencies != nil { options.values.dependencies = nil }
        if options.shared.values.retry != nil { options.values.retry = nil }
        self.options = options
        self.scope = scope
        self.created = created
    }

    // Made when it is asked for: a million tasks that wait need no names of their own.
    var name: String {
        givenName ?? key ?? "Task \(id)"
    }

    /// The name as it stands in sentences.
    var shortName: String {
        Self.cut(name)
    }

    /// The key as it stands in sentences.
    var shortKey: String {
        Self.cut(key ?? "")
    }

    /// A text, cut where nobody would read on.
    static func cut(_ text: String) -> String {
        text.utf8.count > 100 ? "\(text.prefix(100))…" : text
    }

    var period: PeriodicPlan? {
        options.shared.values.period
    }

    var isVisible: Bool {
        options.shared.values.isVisible ?? true
    }

    /// How long after submission it may start.
    var delay: Duration {
        options.shared.values.delay ?? .zero
    }

    /// When it may start, if not at once.
    var firstStart: TaskTimestamp? {
        delay > .zero ? TaskTimestamp(created.moment + delay, after: created) : nil
    }

    /// The key with its scope in front.
    var fullKey: String? {
        key.map { ScopeLabel.key($0, of: scope) }
    }

    func request(dependencies: [TaskID], hasFailedDependency: Bool) -> TaskRequest {
        let shared = options.shared
        var request = TaskRequest(id: id, kind: kind)
        request.key = fullKey
        request.keyPolicy = shared.values.keyPolicy ?? .replace
        request.priority = priority
        request.group = shared.values.group
        request.scope = scope?.id
        request.isAbandonable = shared.values.isAbandonable ?? false
        request.isPeriodic = period != nil
        request.retriesTimeouts = repeats
        request.delay = delay
        request.timeout = shared.values.timeout
        request.deadline = shared.values.deadline
        request.dependencies = dependencies
        request.runsAfterFailures = shared.values.runsAfterFailures ?? false
        request.hasFailedDependency = hasFailedDependency && !request.runsAfterFailures
        return request
    }
}
