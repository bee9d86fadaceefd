public import Logging

extension ExecutionContext {
    /// Where the body may log: the manager's ``TaskManagerConfiguration/logger`` with the task's id, name, kind, key and scope as
    /// metadata.
    ///
    /// Any thread. In a process too, whose records travel to the application, those that its logger's level lets through; nested
    /// metadata arrives as text. Without a logger nothing is logged.
    ///
    /// ```swift
    /// context.logger.info("Skipped a file.", metadata: ["path": "\(path)"])
    /// ```
    public var logger: Logger {
        cell.logger
    }
}
