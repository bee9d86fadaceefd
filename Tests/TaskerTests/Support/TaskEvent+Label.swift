import Tasker

extension TaskEvent {
    /// What happened, in a word or two.
    var label: String {
        switch kind {
        case .submitted: "submitted"
        case .started: "started"
        case .progressed: "progressed"
        case .retrying(let attempt, _, _): "retrying \(attempt)"
        case .paused: "paused"
        case .resumed: "resumed"
        case .iteration(let number, _): "iteration \(number)"
        case .completed: "completed"
        case .failed: "failed"
        case .cancelled(let reason): "cancelled \(reason)"
        @unknown default: "unknown"
        }
    }
}
