/// What can be said of a task beyond key, name and priority.
public struct TaskOptions: Sendable {
    /// What happens when the key is in use. Default: ``KeyPolicy/replace``.
    public var keyPolicy: KeyPolicy
    /// Whether a cancel reports the running task as cancelled at once instead of at the end of its body.
    ///
    /// The body still occupies its slot and its key until it ends; its result is dropped. Default: false, for every
    /// kind.
    public var isAbandonable: Bool
    /// How long a process or command may take to end by itself at each step of a cancel; nil takes the manager's.
    public var gracePeriod: Duration?

    /// Makes options; every one has its default.
    public init(keyPolicy: KeyPolicy = .replace, isAbandonable: Bool = false, gracePeriod: Duration? = nil) {
        self.keyPolicy = keyPolicy
        self.isAbandonable = isAbandonable
        self.gracePeriod = gracePeriod
    }
}
