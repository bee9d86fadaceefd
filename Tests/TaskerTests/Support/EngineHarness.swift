import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// A fresh manager and the main loop under it, on the process's main thread.
final class EngineHarness {
    let proxy: TaskManagerProxy
    let clock = ManualClock()

    /// Far longer than any test takes: only a test that would hang reaches it.
    private static let patience = Duration.seconds(90)
    private static let tick = Duration.milliseconds(50)

    init(_ configure: (inout TaskManagerConfiguration) -> Void = { _ in }) {
        MainQueueBridge.install()
        var configuration = TaskManagerConfiguration()
        configuration.clock = clock
        configure(&configuration)
        proxy = TaskManagerProxy(configuration: configuration)
    }

    var tasks: TaskList {
        MainActor.assumeIsolated { [proxy] in proxy.tasks }
    }

    var overallProgress: Double {
        MainActor.assumeIsolated { [proxy] in proxy.overallProgress }
    }

    /// Notes every emission of `tasksUpdated`.
    func emissions() -> Journal<Emission> {
        let journal = Journal<Emission>()
        MainActor.assumeIsolated { [proxy] in
            _ = proxy.tasksUpdated.connect { journal.append(Emission(tasks: $0, overallProgress: $1)) }
        }
        return journal
    }

    struct Emission: Sendable {
        let tasks: TaskList
        let overallProgress: Double
    }

    /// Dispatches until `condition` holds; fails, and returns, when it never does.
    func iterate(file: StaticString = #filePath, line: UInt = #line, until condition: () -> Bool) {
        let ticks = Journal<Void>()
        // The ticks also look again at what changed without waking the loop.
        let watchdog = MainContext.default.addTimeout(every: Self.tick) {
            ticks.append(())
            return .continue
        }
        defer { watchdog.remove() }
        while !condition() {
            guard ticks.count < Int(Self.patience / Self.tick) else {
                return XCTFail("The condition did not come to hold.", file: file, line: line)
            }
            MainContext.default.iterate(mayBlock: true)
        }
    }

    /// Dispatches until an async function has returned; its error fails the test.
    func run(
        file: StaticString = #filePath,
        line: UInt = #line,
        _ body: @escaping @Sendable @concurrent () async throws -> Void
    ) {
        let ends = Journal<String?>()
        Task.detached {
            do {
                try await body()
                ends.append(nil)
            } catch {
                ends.append("\(error)")
            }
        }
        iterate(file: file, line: line) { ends.count == 1 }
        if let error = ends.values.first ?? nil { XCTFail(error, file: file, line: line) }
    }

    /// Dispatches until every `whenDone` has run.
    func settle(file: StaticString = #filePath, line: UInt = #line) {
        run(file: file, line: line) { [proxy] in try await proxy.waitUntilIdle() }
    }

    /// Dispatches what is ready, until nothing is; never waits.
    func dispatchPending() {
        MainContext.default.dispatchPending()
    }
}
