import InMemoryLogging
import Logging
import TestSupport
import XCTest

@testable import Tasker

/// What a manager writes to the log that it is given.
final class LoggingTests: XCTestCase {
    private let handler = InMemoryLogHandler()
    private struct Failure: Error, CustomStringConvertible {
        let description = "no luck"
    }

    private func harness(
        _ level: Logger.Level,
        _ change: (inout TaskManagerConfiguration) -> Void = { _ in }
    ) -> EngineHarness {
        var logger = Logger(label: "test") { [handler] _ in handler }
        logger.logLevel = level
        return EngineHarness { [logger] in
            $0.logger = logger
            change(&$0)
        }
    }

    private var lines: [String] {
        handler.entries.map { "\($0.level) \($0.message)" }
    }

    func testATaskThatCompletesIsLoggedBelowInfo() {
        let harness = harness(.debug)
        harness.proxy.runThread { _ in }
        harness.iterate { handler.entries.count == 3 }
        XCTAssertEqual(lines.map { $0.prefix(5) }, ["debug", "debug", "debug"])
        XCTAssertEqual(lines.prefix(2), ["debug The task was submitted.", "debug The task started."])
        XCTAssertTrue(lines[2].hasPrefix("debug The task completed in "))
    }

    func testAStartIsLoggedBeforeTheBodyBegins() {
        let (handler, seen) = (handler, Journal<[String]>())
        let harness = harness(.debug) {
            $0.spawnThread = { argument in
                seen.append(handler.entries.map { "\($0.message)" })
                return ThreadPool.spawn(argument)
            }
        }
        harness.proxy.runThread { _ in }
        harness.settle()
        XCTAssertEqual(seen.values, [["The task was submitted.", "The task started."]])
    }

    func testNormalLifeWritesNothingAtInfo() {
        let harness = harness(.info)
        harness.proxy.runThread { _ in }
        harness.settle()
        let handle = harness.proxy.runThread { _ in throw Failure() }
        harness.iterate { handler.entries.count > 0 }
        XCTAssertEqual(handler.entries.map { $0.metadata["task"] }, ["\(handle.id)"])
    }

    func testAFailureIsLoggedWithTheTasksNames() throws {
        let harness = harness(.info)
        let handle = harness.proxy.runThread(key: "key", name: "name") { _ in throw Failure() }
        harness.iterate { handler.entries.count == 1 }
        let entry = try XCTUnwrap(handler.entries.first)
        XCTAssertEqual(lines, ["info The task failed: no luck"])
        XCTAssertEqual(
            entry.metadata,
            ["task": "\(handle.id)", "name": "name", "key": "key", "kind": "thread"]
        )
    }

    func testABodyLogsWithTheTasksNames() throws {
        let harness = harness(.info)
        let handle = harness.proxy.runThread(key: "key", name: "name") { context in
            context.logger.debug("hidden")
            context.logger.notice("said", metadata: ["path": "a", "name": "its own"])
        }
        harness.settle()
        XCTAssertEqual(lines, ["notice said"])
        XCTAssertEqual(
            handler.entries.first?.metadata,
            ["task": "\(handle.id)", "name": "its own", "key": "key", "kind": "thread", "path": "a"]
        )
    }

    func testWithoutALoggerABodyLogsNothing() throws {
        let harness = EngineHarness()
        let handle = harness.proxy.addCoroutine { context in context.logger.handler is SwiftLogNoOpLogHandler }
        harness.settle()
        XCTAssertEqual(try handle.result?.get(), true)
    }

    func testAScopeIsNamed() {
        let harness = harness(.info)
        let scope = harness.proxy.scope("plugin")
        scope.addCoroutine { _ in throw Failure() }
        harness.iterate { handler.entries.count == 1 }
        XCTAssertEqual(handler.entries.first?.metadata["scope"], "plugin")
    }

    // A log handler is other people's code: under a lock this would hang.
    func testALogHandlerMayAskTheManager() {
        let proxy = Journal<TaskManagerProxy>()
        let seen = Journal<TaskState?>()
        let harness = EngineHarness { configuration in
            configuration.logger = Logger(label: "test") { _ in
                AskingHandler { seen.append(proxy.values.first?.task(key: "key")?.state) }
            }
        }
        proxy.append(harness.proxy)
        harness.proxy.runThread(key: "key") { _ in throw Failure() }
        harness.iterate { seen.count == 1 }
        XCTAssertEqual(seen.values, [.failed])
    }
}

private struct AskingHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    let ask: @Sendable () -> Void

    init(_ ask: @escaping @Sendable () -> Void) {
        self.ask = ask
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        ask()
    }
}
