import Logging

/// Sends what is logged in a worker to the application, which logs it with the task's name.
struct WorkerLogHandler: LogHandler {
    private let connection: WorkerConnection
    /// Whose records these are; nil: those of the task that the worker has.
    private let cell: WorkerCell?
    private let label: String
    private var ownLevel: Logger.Level?
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(
        _ connection: WorkerConnection,
        cell: WorkerCell? = nil,
        label: String,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.connection = connection
        self.cell = cell
        self.label = label
        self.metadataProvider = metadataProvider
    }

    /// The application's, unless somebody has set another one: what it would not log is not sent.
    var logLevel: Logger.Level {
        get { ownLevel ?? (cell ?? connection.currentCell)?.logLevel ?? .info }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard let cell = cell ?? connection.currentCell else {
            // Between two tasks: nobody there would know whose it is.
            return StreamLogHandler.standardError(label: label).log(event: event)
        }
        guard cell.isLogged else { return }
        var all = metadata
        all["logger"] = "\(label)"
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        connection.log(WorkerLogRecord(event, metadata: all), of: cell)
    }
}

extension Logger.Level {
    /// Its number on the wire.
    var number: UInt8? {
        Self.allCases.firstIndex(of: self).map { UInt8($0) }
    }

    /// - Parameter number: One that this version does not know counts as the highest.
    init(number: UInt8) {
        let levels = Self.allCases
        self = Int(number) < levels.count ? levels[Int(number)] : .critical
    }
}
