import Tasker
import TestSupport
import XCTest

/// Promise 6: what a callback may do.
final class CallbackReachTests: XCTestCase {
    private let harness = EngineHarness()
    private let log = Journal<String>()

    func testPromise06ACompletionMaySubmitAThousandTasks() {
        let (proxy, ends) = (harness.proxy, Journal<TaskState>())
        proxy.runThread(
            { _ in },
            whenDone: { _ in
                for _ in 0..<1000 { proxy.runThread({ _ in }, whenDone: { ends.append($0.state) }) }
            }
        )
        harness.settle()
        XCTAssertEqual(ends.count, 1000)
        XCTAssertTrue(ends.values.allSatisfy { $0 == .completed })
    }

    func testPromise06AndSoMayTheHandlersOfEverySignal() {
        let (proxy, ends, scope) = (harness.proxy, Journal<TaskState>(), harness.proxy.scope("scope"))
        let connections = Journal<SignalConnection>()
        @MainActor func submit() {
            for connection in connections.values { connection.disconnect() }
            for _ in 0..<1000 { scope.addCoroutine(options: .hidden, { _ in }, whenDone: { ends.append($0.state) }) }
        }
        MainActor.assumeIsolated {
            for round in 0..<2 {
                let isFirst = round == 0
                connections.append(proxy.taskEvents.connect { _ in if isFirst { submit() } })
                connections.append(scope.tasksUpdated.connect { _, _ in submit() })
            }
        }
        scope.runThread { _ in }
        harness.settle()
        XCTAssertEqual(ends.count, 1000)
    }

    func testPromise06And31ACompletionMayShutDownStartAndAsk() {
        let (proxy, log) = (harness.proxy, log)
        proxy.runThread(
            key: "key",
            { _ in },
            whenDone: { task in
                log.append("\(proxy.task(id: task.id)?.state.rawValue ?? "")")
                log.append("\(proxy.tasks().count) \(proxy.removeFinishedTasks())")
                Task { @MainActor in
                    await proxy.shutdown()
                    proxy.start()
                    let handle = proxy.runThread { _ in "again" }
                    log.append(try await handle.value)
                }
            }
        )
        harness.iterate { log.count == 3 }
        XCTAssertEqual(log.values, ["completed", "1 1", "again"])
        harness.settle()
    }

    func testPromise30ConnectingInsideAnyCallbackWorksFromTheNextEmissionOn() {
        let (proxy, log) = (harness.proxy, log)
        proxy.runThread(
            { try $0.sendEvent("event") },
            whenDone: { _ in proxy.taskEvents.connect { log.append("done: \($0.task.name) \($0.label)") } },
            whenEvent: { _ in proxy.tasksUpdated.connect { tasks, _ in log.append("event: \(tasks.count)") } }
        )
        harness.settle()
        let before = log.count
        proxy.runThread(name: "next") { _ in }
        harness.settle()
        let later = log.values[before...]
        XCTAssertEqual(
            later.filter { $0.hasPrefix("done") },
            ["done: next submitted", "done: next started", "done: next completed"]
        )
        XCTAssertTrue(later.contains("event: 2"))
    }
}
