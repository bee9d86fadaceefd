/// Which errors of a task are worth another attempt, how many there are, and how long it waits before each.
///
/// A value; any thread. A task that retries stays one task: it ends once, with the error of its last attempt.
///
/// ```swift
/// let policy = RetryPolicy(retries: 3, backoff: .exponential()) { error in
///     (error as? DownloadError)?.isTemporary ?? false
/// }
/// ```
public struct RetryPolicy: Sendable {
    /// How many attempts may follow on the first one.
    public let retries: Int
    /// How long the task waits before each of them.
    public let backoff: Backoff
    /// Whether an error is worth another attempt.
    public let when: @Sendable (any Error) -> Bool

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - retries: How many attempts may follow on the first one; below zero counts as none, `Int.max` is for ever.
    ///   - backoff: How long the task waits before each of them.
    ///   - when: Whether an error is worth another attempt; called on any thread, never under a lock. The default is
    ///     ``isWorthRetrying(_:)``.
    public init(
        retries: Int,
        backoff: Backoff = .exponential(),
        when: @escaping @Sendable (any Error) -> Bool = { RetryPolicy.isWorthRetrying($0) }
    ) {
        self.retries = max(0, retries)
        self.backoff = backoff
        self.when = when
    }

    /// Whether an error may go away by itself.
    ///
    /// Any thread. True for every error but `CancellationError` and those of the library's own that another attempt will
    /// meet again, such as ``TaskerError/Code/unregisteredType``, ``TaskerError/Code/executableNotFound`` or
    /// ``TaskerError/Code/encodingFailed``.
    public static func isWorthRetrying(_ error: any Error) -> Bool {
        switch error {
        case is CancellationError: false
        case let error as TaskerError: !error.code.isLasting
        default: true
        }
    }

    /// How long to wait before another attempt; nil when there is to be none.
    ///
    /// Calls ``when``, so never under a lock.
    ///
    /// - Parameters:
    ///   - error: What the attempt failed with.
    ///   - attempt: Which attempt it was, counted from 1.
    ///   - random: 0 to below 1.
    func delay(after error: any Error, ofAttempt attempt: Int, random: Double) -> Duration? {
        guard attempt <= retries, when(error) else { return nil }
        return backoff.delay(beforeRetry: attempt, random: random)
    }
}
