import CTaskerGTK
import Tasker

/// What is said of a task to people.
enum TaskText {
    /// What a task is doing, in a word.
    static func state(of task: TaskSnapshot) -> String {
        let isEnding = task.isCancelRequested
        let message: Message =
            switch task.state {
            case .completed: .completed
            case .failed: .failed
            case .cancelled: .cancelled
            case .pending: isEnding ? .cancelling : task.isPaused ? .paused : .pending
            case .running: isEnding ? .cancelling : task.isPaused ? .paused : .running
            }
        return message.text
    }

    /// What a task's body is, in a word.
    static func kind(of task: TaskSnapshot) -> String {
        // A kind that is added later has the name that it has.
        Message(rawValue: task.kind.description)?.text ?? task.kind.description
    }

    /// An error as a sentence.
    static func sentence(of error: any Error) -> String {
        "\(error)"
    }

    /// What runs, in a line: one by its name, the others counted.
    static func summary(_ first: String, of count: Int) -> String {
        count > 1 ? CountedMessage.andMore.text(count - 1, ["names": first]) : first
    }

    /// The name of a section, and how many tasks it has.
    static func heading(of section: TaskSection.Kind, count: Int) -> String {
        let message: Message =
            switch section {
            case .running: .runningCount
            case .waiting: .waitingCount
            case .finished: .finishedCount
            }
        return message.text(["count": "\(count)"])
    }

    /// Of a fraction, whole percents; never 100 before the end.
    static func percent(_ fraction: Double) -> String {
        "\(Int(max(0, min(1, fraction)) * 100))\u{202F}%"
    }

    /// Whole seconds, minutes or hours.
    ///
    /// - Parameter rule: How a part counts: up for what is still to be waited, down for what has passed.
    static func duration(_ duration: Duration, rounded rule: FloatingPointRoundingRule) -> String {
        let seconds = max(0, Int((duration / .seconds(1)).rounded(rule)))
        func whole(_ size: Int) -> Int { Int((Double(seconds) / Double(size)).rounded(rule)) }
        return switch seconds {
        case ..<90: "\(seconds)\u{202F}s"
        case ..<5400: "\(whole(60))\u{202F}min"
        default: "\(whole(3600))\u{202F}h"
        }
    }

    /// How much is done of how much, and how fast; nil while the body has not said of what.
    static func detail(of task: TaskSnapshot) -> String? {
        guard let total = task.totalUnits, let unit = task.unit else { return nil }
        let done = task.completedUnits.map { amount($0, unit) }
        let ratio = [done, amount(total, unit)].compactMap(\.self).joined(separator: " / ")
        let named = unit == .bytes ? ratio : "\(ratio) \(name(of: unit))"
        guard !task.state.isTerminal, let rate = task.throughput, rate > 0 else { return named }
        return "\(named) · \(amount(rate, unit))/s"
    }

    /// A unit of the application's own is in its language as it is.
    private static func name(of unit: ProgressUnit) -> String {
        switch unit {
        case .files: Message.files.text
        case .items: Message.items.text
        default: unit.rawValue
        }
    }

    private static func amount(_ number: Double, _ unit: ProgressUnit) -> String {
        if unit == .bytes { return fileSize(number) }
        // Whole things are counted whole; a rate below ten says more with a digit behind the point.
        return number < 10 && number != number.rounded() ? format("%.1f", number) : format("%.0f", number)
    }

    private static func fileSize(_ byteCount: Double) -> String {
        guard let text = g_format_size(guint64(min(max(byteCount, 0), 1e18))) else { return "" }
        defer { g_free(text) }
        return String(cString: text)
    }

    /// With the point of the user's language.
    private static func format(_ format: String, _ number: Double) -> String {
        withVaList([number]) { arguments in
            guard let text = g_strdup_vprintf(format, arguments) else { return "" }
            defer { g_free(text) }
            return String(cString: text)
        }
    }
}
