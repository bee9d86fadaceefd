/// What a limit holds for.
public struct LimitScope: Hashable, Sendable {
    enum Storage: Hashable {
        case all
        case kind(TaskKind)
        case group(String)
        case pending
    }

    let storage: Storage

    /// All tasks that run at once.
    public static let all = LimitScope(storage: .all)
    /// The tasks that wait for their first start, delayed, blocked and paused ones included.
    public static let pending = LimitScope(storage: .pending)

    /// The tasks of one kind that run at once.
    public static func kind(_ kind: TaskKind) -> LimitScope {
        LimitScope(storage: .kind(kind))
    }

    /// The tasks of one group that run at once.
    public static func group(_ name: String) -> LimitScope {
        LimitScope(storage: .group(name))
    }
}
