import Logging
import Tasker

/// Logs with the logger of its task, and as a library would that knows nothing of tasks.
struct Talkative: ProcessTask {
    struct Failure: Error {}

    func run(_ context: ExecutionContext) async throws -> Int {
        context.logger.debug("hidden")
        context.logger.info("own", metadata: ["path": "a b", "list": ["1", "2"]])
        var library = Logger(label: "library")
        library[metadataKey: "version"] = "2"
        library.warning("of a library", error: Failure())
        library.debug("hidden")
        return 1
    }
}
