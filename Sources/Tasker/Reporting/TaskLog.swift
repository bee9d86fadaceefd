import Logging

/// Writes what happens to tasks to a log: at `debug` what goes well, at `info` what does not, at `error` a worker
/// that crashed or broke the protocol.
///
/// Each line has the task's id, name, kind, key and scope as metadata. Of what a body said, only its errors are written.
struct TaskLog: TaskReporter {
    let logger: Logger

    func report(_ event: TaskEvent) {
        guard let (level, text) = line(event) else { return }
        logger.log(level: level, "\(text)", metadata: Logger.Metadata(of: event.task.info))
    }

    private func line(_ event: TaskEvent) -> (Logger.Level, String)? {
        switch event.kind {
        case .submitted: (.debug, "The task was submitted.")
        case .started: (.debug, "The task started.")
        case .progressed: nil
        case .paused: (.debug, "The task was paused.")
        case .resumed: (.debug, "The task goes on.")
        case .iteration(let number, .success): (.debug, "Iteration \(number) of the task ended.")
        case .iteration(let number, .failure(let error)): (.info, "Iteration \(number) of the task failed: \(error)")
        case .retrying(let attempt, let delay, let error):
            (.info, "Attempt \(attempt) of the task begins in \(delay), because the one before failed: \(error)")
        case .completed: (.debug, "The task completed in \(event.task.elapsed).")
        case .cancelled(let reason): (.debug, "The task was cancelled, with the reason \(reason).")
        case .failed(let error): (level(of: error), "The task failed: \(error)")
        }
    }

    private func level(of error: any Error) -> Logger.Level {
        guard let error = error as? TaskerError else { return .info }
        return [.workerCrashed, .workerUnresponsive, .protocolViolation].contains(error.code) ? .error : .info
    }
}

extension Logger.Metadata {
    /// What says whose a line is.
    init(of task: TaskInfo) {
        self = ["task": "\(task.id)", "name": "\(task.name)", "kind": "\(task.kind)"]
        self["key"] = task.key.map { "\($0)" }
        self["scope"] = task.scope.map { "\($0.name)" }
    }
}
