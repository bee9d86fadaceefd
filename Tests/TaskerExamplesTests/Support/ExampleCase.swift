import GLibMainLoop
import XCTest

/// What an application has besides its tasks: a main loop that runs, and the main actor on it.
class ExampleCase: XCTestCase {
    /// Far longer than an example takes: only one that would hang reaches it.
    private static let patience = Duration.seconds(90)

    /// Runs an example on the main actor, and the main loop until it has returned; its error fails the test.
    func example(
        file: StaticString = #filePath,
        line: UInt = #line,
        _ body: @escaping @MainActor @Sendable () async throws -> Void
    ) {
        // Before the first task of an application, whatever awaits the main actor needs it.
        MainQueueBridge.install()
        let loop = MainLoop()
        let watchdog = MainContext.default.addTimeout(every: Self.patience) {
            XCTFail("The example did not come to its end.", file: file, line: line)
            loop.quit()
            return .remove
        }
        Task { @MainActor in
            do {
                try await body()
            } catch {
                XCTFail("\(error)", file: file, line: line)
            }
            loop.quit()
        }
        loop.run()
        watchdog.remove()
    }
}
