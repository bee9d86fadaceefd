import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 6 and 7 where a callback runs a main loop of its own, as a modal dialogue does, and waits in it for a task.
final class NestedLoopTests: XCTestCase {
    private let harness = EngineHarness { $0.maximumThreads = 1 }
    private let gate = ThreadGate()
    private let log = Journal<String>()

    /// Dispatches until something is in the log; for use inside of callbacks.
    private var wait: @Sendable (String) -> Void {
        // Only ever called on the thread of the test.
        nonisolated(unsafe) let harness = harness
        return { [log] entry in harness.iterate { log.values.contains(entry) } }
    }

    func testPromise06ACompletionMayWaitForATaskThatItSubmits() {
        let (proxy, log, wait) = (harness.proxy, log, wait)
        let whenDone: @MainActor @Sendable (TaskHandle<Void>) -> Void = { _ in
            proxy.runThread({ _ in }, whenDone: { _ in log.append("inner") })
            wait("inner")
            log.append("outer")
        }
        proxy.runThread({ _ in }, whenDone: whenDone)
        harness.settle()
        XCTAssertEqual(log.values, ["inner", "outer"])
    }

    func testASenderWaitsUntilTheHandlerHasReturnedFromItsLoop() {
        let (proxy, log, wait) = (harness.proxy, log, wait)
        proxy.addCoroutine(
            { context in
                try await context.sendEventAndWait("event")
                log.append("after")
            },
            whenEvent: { _ in
                // More than one turn of the loop, so that whatever stands behind the event is done.
                proxy.addCoroutine({ _ in }, whenDone: { _ in log.append("inner") })
                wait("inner")
                log.append("handled")
            }
        )
        harness.settle()
        XCTAssertEqual(log.values, ["inner", "handled", "after"])
    }

    func testPromise06ACompletionMayWaitForTheNextOneOfItsDrain() {
        let (proxy, log, wait) = (harness.proxy, log, wait)
        proxy.runThread { [gate] _ in gate.pass() }
        let first = proxy.runThread(
            { _ in },
            whenDone: { _ in
                wait("second")
                log.append("first")
            }
        )
        let second = proxy.runThread({ _ in }, whenDone: { _ in log.append("second") })
        first.cancel()
        second.cancel()
        harness.iterate { log.count == 2 }
        XCTAssertEqual(log.values, ["second", "first"])
        gate.open()
        harness.settle()
    }

    func testPromise07AHandlerOfTheSignalMayWaitForTheCompletionOfWhatItSees() {
        let (proxy, log, wait) = (harness.proxy, log, wait)
        let connection = MainActor.assumeIsolated {
            proxy.tasksUpdated.connect { tasks, _ in
                guard tasks.first?.state == .completed, log.count == 0 else { return }
                log.append("seen")
                wait("done")
                log.append("waited")
            }
        }
        proxy.runThread({ _ in }, whenDone: { _ in log.append("done") })
        harness.settle()
        XCTAssertEqual(log.values, ["seen", "done", "waited"])
        MainActor.assumeIsolated { connection.disconnect() }
    }

    func testPromise08AnEventsHandlerMayWaitForTheNextEvent() {
        let (log, wait) = (log, wait)
        harness.proxy.runThread(
            { context in for number in 0..<200 { try context.sendEvent("row", number) } },
            whenDone: { _ in log.append("done") },
            whenEvent: { message in
                let number = (try? message.value(as: Int.self)) ?? -1
                log.append("\(number)")
                if number == 0 { wait("100") }
            }
        )
        harness.settle()
        XCTAssertEqual(log.values, (0..<200).map(String.init) + ["done"])
    }

    func testPromise11AScopeIsToldOfEachChangeOnceWhereAHandlerOfItsManagerRunsALoop() {
        let (harness, log, wait) = (harness, log, wait)
        let scope = harness.proxy.scope("scope")
        let added = Journal<TaskID>()
        let later = Journal<TaskID>()
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            _ = scope.tasksUpdated.connect { tasks, _ in for id in tasks.changes.added { added.append(id) } }
            _ = proxy.tasksUpdated.connect { _, _ in
                guard later.count == 0 else { return }
                later.append(scope.runThread({ _ in }, whenDone: { _ in log.append("later") }).id)
                wait("later")
            }
        }
        let first = scope.runThread { _ in }
        harness.settle()
        XCTAssertEqual(added.values, [first.id] + later.values)
    }
}
