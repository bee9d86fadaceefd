import CTaskerGLib
import Glibc
import Subprocess

/// By what a child has gone beyond its limits.
enum LimitBreach: Equatable {
    case memory(used: Int, limit: Int)
    case processorTime(used: Duration, limit: Duration)

    /// - Parameters:
    ///   - usage: What it has used since the limits are its own.
    ///   - process: The root of what has used it, for a closer look.
    init?(of limits: ProcessLimits, by usage: ProcessUsage, in process: pid_t) {
        if let limit = limits.memory.map({ max(0, $0) }), usage.memory > limit,
            case let memory = ProcessUsage.proportionalMemory(ofTree: process), memory > limit
        {
            self = .memory(used: memory, limit: limit)
        } else if let limit = limits.processorTime?.bounded, usage.processorTime > limit {
            self = .processorTime(used: usage.processorTime, limit: limit)
        } else {
            return nil
        }
    }

    /// - Parameter name: Of whom is spoken.
    func error(of name: String, standardErrorTail: String, ending: TerminationStatus) -> TaskerError {
        let what =
            switch self {
            case .memory(let used, let limit): "\(Self.text(used)) of memory, and its limit is \(Self.text(limit))"
            case .processorTime(let used, let limit): "\(used) of processor time, and its limit is \(limit)"
            }
        return TaskerError(
            .limitExceeded,
            "\(name) was ended, because it used \(what).",
            standardErrorTail: standardErrorTail,
            ending: ending
        )
    }

    private static func text(_ bytes: Int) -> String {
        guard let text = g_format_size(guint64(bytes)) else { return "\(bytes) bytes" }
        defer { g_free(text) }
        return String(cString: text)
    }
}
