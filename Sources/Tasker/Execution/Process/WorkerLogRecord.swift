import Logging

/// What a worker's task has logged, on its way to the application's logger.
struct WorkerLogRecord: Codable, Equatable {
    var level: Logger.Level
    var message: String
    /// Nested values as text.
    var metadata: [String: String]
    var source: String
    var file: String
    var function: String
    var line: UInt

    /// - Parameter metadata: What the handler adds to that of the event, whose own counts.
    init(_ event: LogEvent, metadata: Logger.Metadata) {
        level = event.level
        message = "\(event.message)"
        self.metadata = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
        if let error = event.error { self.metadata["error"] = "\(error)" }
        source = event.source
        file = event.file
        function = event.function
        line = event.line
    }

    func write(to logger: Logger) {
        logger.log(
            level: level,
            "\(message)",
            metadata: metadata.mapValues { "\($0)" },
            source: source,
            file: file,
            function: function,
            line: line
        )
    }
}
