/// What the scheduler has to know of a task that is submitted.
struct TaskRequest {
    let id: TaskID
    let kind: TaskKind
    /// With its scope in front, if it has one.
    var key: String?
    var keyPolicy = KeyPolicy.replace
    var priority = SchedulingPriority.normal
    var group: String?
    var scope: ScopeID?
    var isAbandonable = false
    /// Whether it begins again and again until it is cancelled.
    var isPeriodic = false
    /// Whether an attempt whose time is up may be followed by another.
    var retriesTimeouts = false
    /// How long after submission it may start.
    var delay = Duration.zero
    /// How long a body may take.
    var timeout: Duration?
    /// How long after submission the task may end.
    var deadline: Duration?
    /// The tasks that must end before it starts.
    var dependencies: [TaskID] = []
    /// Whether one that it should wait for has already failed or been cancelled.
    var hasFailedDependency = false
    /// Whether it starts also when one that it waits for fails.
    var runsAfterFailures = false

    init(id: TaskID, kind: TaskKind) {
        self.id = id
        self.kind = kind
    }
}
