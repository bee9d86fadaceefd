import GLibMainLoop
import Logging
import Tasker

extension Scenario {
    /// What of a worker's log arrives where the manager logs at the level `words` begins with; `none`: nowhere.
    static func logs(_ words: [String]) {
        var configuration = TaskManagerConfiguration()
        if let level = words.first.flatMap({ Logger.Level(rawValue: $0) }) {
            configuration.logger = Logger(label: "application") { _ in LineLogHandler() }
            configuration.logger?.logLevel = level
        }
        let proxy = TaskManagerProxy(configuration: configuration)
        proxy.runProcess(Talkative(), key: "key", name: "talkative") { task in
            Report.end(task)
            loop.quit()
        }
        loop.run()
    }
}

/// Reports each record with its metadata, by name.
private struct LineLogHandler: LogHandler {
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.filter { $0.key != "task" }
        let words = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        Report.line("log", "\(event.level) \(event.source) \(event.message): \(words)")
    }
}
