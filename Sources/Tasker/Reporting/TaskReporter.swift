/// Who is told of everything that happens to tasks, besides the application's own observers; never under a lock.
protocol TaskReporter: Sendable {
    /// Any thread, several at a time.
    func report(_ event: TaskEvent)
}
