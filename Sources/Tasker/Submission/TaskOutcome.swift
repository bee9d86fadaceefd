/// How a task's body ended.
enum TaskOutcome: Sendable {
    case success(any Sendable)
    case failure(any Error)
    case cancelled

    /// The outcome of a body that threw: a body that throws `CancellationError` after a cancel is cancelled anyway, and
    /// one that throws it by itself has failed to do its work.
    init(catching body: () throws -> any Sendable) {
        do { self = .success(try body()) } catch { self = Self.thrown(error) }
    }

    /// The outcome of a body that threw this, which may be another task's error.
    static func thrown(_ error: any Error) -> TaskOutcome {
        .failure((error as? TaskerError)?.about(safeToRetry: false) ?? error)
    }

    var isSuccess: Bool {
        if case .success = self { true } else { false }
    }

    /// nil if it was cancelled.
    var result: Result<any Sendable, any Error>? {
        switch self {
        case .success(let value): .success(value)
        case .failure(let error): .failure(error)
        case .cancelled: nil
        }
    }

    /// The last state of the task whose last body ended like this.
    var state: TaskState {
        switch self {
        case .success: .completed
        case .failure: .failed
        case .cancelled: .cancelled
        }
    }
}
