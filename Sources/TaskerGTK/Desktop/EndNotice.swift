import Tasker

/// What has ended while nobody looked, folded into one notice.
struct EndNotice {
    private(set) var completed: [String] = []
    private(set) var failed: [(name: String, error: String)] = []
    private var due: Duration?

    /// How long a task has worked at least.
    static let patience = Duration.seconds(10)
    /// What ends at the same time is told at the same time.
    static let gathering = Duration.milliseconds(500)

    /// Takes note of a task that has ended; one that was cancelled is no news to who cancelled it.
    mutating func add(_ task: TaskSnapshot, at now: Duration) {
        guard task.elapsed >= Self.patience else { return }
        switch task.state {
        case .completed: completed.append(task.name)
        case .failed: failed.append((task.name, task.error.map(TaskText.sentence(of:)) ?? ""))
        case .pending, .running, .cancelled: return
        }
        due = due ?? now + Self.gathering
    }

    /// Whether it is to be shown now; then it counts as shown, and what comes after it is added to it.
    mutating func take(at now: Duration) -> Bool {
        guard let due, due <= now else { return false }
        self.due = nil
        return true
    }

    /// When it is to be shown.
    var nextLook: Duration? { due }

    var title: String {
        switch (completed.count, failed.count) {
        case (1, 0): completed[0]
        case (0, 1): failed[0].name
        default: CountedMessage.ended.text(completed.count + failed.count)
        }
    }

    var body: String {
        switch (completed.count, failed.count) {
        case (1, 0): Message.hasCompleted.text
        case (0, 1): Message.failedBecause.text(["error": failed[0].error])
        case (_, 0): Self.names(completed)
        default: [completedLine, failedLine].compactMap(\.self).joined(separator: "\n")
        }
    }

    private var completedLine: String? {
        completed.isEmpty ? nil : Message.completedNames.text(["names": Self.names(completed)])
    }

    private var failedLine: String {
        Message.failedNames.text(["names": Self.names(failed.map(\.name))])
    }

    /// A notification has room for a few.
    private static func names(_ names: [String]) -> String {
        let shown = names.prefix(3).joined(separator: ", ")
        return names.count > 3 ? CountedMessage.andMore.text(names.count - 3, ["names": shown]) : shown
    }
}
