/// Turns what a command writes into progress and a message.
///
/// ```swift
/// let copy = Command("rsync", arguments: ["-a", "--info=progress2", "photos/", "/mnt/backup"])
/// taskManager.runCommand(copy, progress: .percentage)
/// ```
///
/// It gets each line of both streams, because many programs tell their progress on standard error: in order within a stream,
/// before `onOutput`, on a thread of the manager's. The ready-made ones ignore lines that they cannot read.
public struct CommandOutputParser: Sendable {
    let parse: @Sendable (CommandOutput, ExecutionContext) -> Void

    /// Makes a parser.
    ///
    /// - Parameter parse: Called with each line, on a thread of the manager's.
    public init(_ parse: @escaping @Sendable (CommandOutput, ExecutionContext) -> Void) {
        self.parse = parse
    }

    /// Takes the last percentage of a line, such as `42%`, `42.5 %` or `42,5%`, as the progress.
    ///
    /// Numbers above 100 are none.
    public static let percentage = CommandOutputParser { ProgressReading(percentageIn: $0.bytes) }

    /// Takes the first count of a line, such as `[3/10]` or `3 of 10`, as the progress and its total.
    ///
    /// The first number is at most the second. What looks like a path, a version or a date is none.
    public static let count = CommandOutputParser { ProgressReading(countIn: $0.bytes) }

    /// Takes lines that are JSON objects: `{"progress": 0.5}`, `{"current": 3, "total": 10}`, `{"message": "Packing"}`.
    ///
    /// `progress` is 0…1 and goes before `current`, which needs the `total` beside it. Each may have a message; other keys are
    /// ignored, and so is a value of another type.
    public static let jsonLines = CommandOutputParser { ProgressReading(jsonIn: $0.bytes) }

    private init(_ read: @escaping @Sendable (CommandOutput) -> ProgressReading?) {
        self.init { output, context in read(output)?.report(to: context) }
    }
}
