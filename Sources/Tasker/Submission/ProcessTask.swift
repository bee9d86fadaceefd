/// Work for a worker process: a value whose stored properties are the arguments.
///
/// ```swift
/// struct Trace: ProcessTask {
///     let image: [UInt8]
///     func run(_ context: ExecutionContext) throws -> [Path] { … }
/// }
/// ```
///
/// Every type must be named in ``WorkerProcess/serveIfRequested(_:forwardsLogs:)``.
public protocol ProcessTask: Codable, Sendable {
    /// What the work results in; travels back to the application. ``NoValue`` for nothing.
    associatedtype Success: Codable & Sendable

    /// Does the work, in the worker; it may block.
    ///
    /// On cancel ``ExecutionContext/isCancelled`` becomes true and the Swift task it runs in is cancelled.
    @concurrent func run(_ context: ExecutionContext) async throws -> Success

    /// The errors that keep their type on the way back; any other arrives as ``TaskerError/Code/remoteError`` with its
    /// type's name and description. Default: none.
    static var errorTypes: [any (Error & Codable).Type] { get }
}

extension ProcessTask {
    /// No error keeps its type.
    public static var errorTypes: [any (Error & Codable).Type] { [] }
}
