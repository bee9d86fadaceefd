import CTaskerGTK

/// The texts that people read, by their English words; translated in the gettext domain `tasker`.
enum Message: String, CaseIterable {
    // What stands on rows, and what their buttons are called.
    case pauseName = "Pause {name}"
    case resumeName = "Resume {name}"
    case cancelName = "Cancel {name}"
    case retryName = "Retry {name}"
    case copy = "Copy"
    case copyError = "Copy the error"
    case nameAndState = "{name}, {state}"
    case progressOf = "Progress of {name}"
    case timeLeft = "{time} left"
    case files
    case items

    // States and kinds.
    case pending
    case running
    case paused
    case cancelling
    case completed
    case failed
    case cancelled
    case coroutine
    case thread
    case process
    case command

    // Lists and what shows all tasks together.
    case tasks = "Tasks"
    case noTasks = "No tasks"
    case clearFinished = "C_lear finished"
    case runningCount = "Running ({count})"
    case waitingCount = "Waiting ({count})"
    case finishedCount = "Finished ({count})"
    case noneRuns = "No task is running"
    case overallProgress = "Overall progress"

    // The desktop.
    case quitTitle = "Quit?"
    case quitQuestion = "Some tasks have not ended yet."
    case quitWait = "_Quit when they have ended"
    case quitCancel = "_Cancel them and quit"
    case quitAnyway = "Quit without _waiting"
    case keepRunning = "_Keep running"
    case hasCompleted = "Completed"
    case completedNames = "Completed: {names}"
    case failedBecause = "Failed: {error}"
    case failedNames = "Failed: {names}"

    /// In the user's language.
    var text: String {
        // Without a translation it is the argument that comes back.
        rawValue.withCString { String(cString: g_dgettext(Translations.domain, $0)) }
    }

    /// In the user's language, with values for what stands in braces.
    func text(_ values: [String: String]) -> String {
        text.filled(values)
    }
}

/// The texts that count something, as `{count}`.
enum CountedMessage: CaseIterable {
    case andMore
    case ended
    case runningWithProgress

    var one: String {
        switch self {
        case .andMore: "{names} and {count} more"
        case .ended: "{count} task has ended"
        case .runningWithProgress: "{count} running, {percent} done"
        }
    }

    var other: String {
        switch self {
        case .andMore: "{names} and {count} more"
        case .ended: "{count} tasks have ended"
        case .runningWithProgress: "{count} running, {percent} done"
        }
    }

    /// In the user's language.
    ///
    /// - Parameter values: For what stands in braces, but for the count.
    func text(_ count: Int, _ values: [String: String] = [:]) -> String {
        let text = one.withCString { one in
            other.withCString { String(cString: g_dngettext(Translations.domain, one, $0, gulong(max(0, count)))) }
        }
        return text.filled(values.merging(["count": "\(count)"]) { $1 })
    }
}

extension String {
    /// - Parameter values: What takes the place of each name in braces.
    fileprivate func filled(_ values: [String: String]) -> String {
        // In one pass: a value may hold braces of its own.
        var (result, rest) = ("", self[...])
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = rest[rest.index(after: open)..<close]
            let value = values[String(name)]
            result += rest[..<open] + (value ?? String(rest[open...close]))
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
