import Tasker
import XCTest

/// The examples of the fourth document: plugins that share one manager.
final class PluginExamples: ExampleCase {
    private struct BadColour: Error {}

    /// "Simple background task".
    func testAPluginRunsSomethingAndHearsOfItsEnd() {
        let samples = [3, 5, 8, 13]
        example {
            let (plugin, notes) = (taskManager.scope("Statistics"), Notes())
            let report: @MainActor @Sendable (TaskHandle<Int>) -> Void = { task in
                switch task.result {
                case .success(let sum): notes.add("The sum is \(sum).")
                case .failure(let error): notes.add("No sum: \(error)")
                case nil: break
                }
            }
            plugin.runThread(priority: .high, { _ in samples.reduce(0, +) }, whenDone: report)
            try await plugin.waitUntilIdle()
            plugin.runThread({ _ -> Int in throw BadColour() }, whenDone: report)
            try await plugin.waitUntilIdle()
            XCTAssertEqual(notes.lines, ["The sum is 29.", "No sum: BadColour()"])
        }
    }

    /// "Delayed task".
    func testADelayedTask() {
        example {
            let (plugin, notes) = (taskManager.scope("Clock"), Notes())
            plugin.runLater(after: .milliseconds(5), .thread { _ in "cuckoo" }) { task in
                notes.add("\(task.state)")
            }
            try await plugin.waitUntilIdle()
            XCTAssertEqual(notes.lines, ["completed"])
        }
    }

    /// "Periodic task".
    func testAPeriodicTaskUntilItIsCancelled() {
        example {
            let (plugin, label) = (taskManager.scope("Thermometer"), Label())
            let task = plugin.runPeriodic(every: .milliseconds(1), .thread { _ in 21 }, key: "temperature") { reading in
                label.text = "\((try? reading.result.get()) ?? 0) °C"
                if reading.number == 3 { plugin.cancelTask(key: "temperature") }
            }
            try await plugin.waitUntilIdle()
            XCTAssertEqual(label.text, "21 °C")
            XCTAssertEqual(task.state, .cancelled)
        }
    }

    /// "UI updates (thread-safe)".
    func testAPluginFollowsItsOwnTasksOnTheMainThread() {
        example {
            let (plugin, label) = (taskManager.scope("Palette"), Label())
            plugin.taskEvents.connect { event in
                switch event.kind {
                case .completed: label.text = "\(event.task.name) is ready"
                case .failed(let error): label.text = "\(event.task.name): \(error)"
                default: break
                }
            }
            plugin.runThread(name: "Green") { _ in }
            try await plugin.waitUntilIdle()
            XCTAssertEqual(label.text, "Green is ready")
            plugin.runThread(name: "Loud") { _ in throw BadColour() }
            try await plugin.waitUntilIdle()
            XCTAssertEqual(label.text, "Loud: BadColour()")
        }
    }

    /// "Migration guide": what took a class of its own.
    func testInsteadOfAThreadOfOnesOwn() {
        example {
            let label = Label()
            taskManager.runThread { _ in
                (1...20).reduce(1, *)
            } whenDone: { task in
                label.text = task.result.flatMap { try? $0.get() }.map { "20! = \($0)" } ?? ""
            }
            try await taskManager.waitUntilIdle()
            XCTAssertEqual(label.text, "20! = 2432902008176640000")
        }
    }

    /// "Graceful shutdown", in `quit()`.
    func testTheApplicationQuits() {
        let gate = Gate()
        example {
            let manager = TaskManagerProxy()
            let saving = manager.scope("Editor").runThread(name: "Save") { _ in gate.pass() }
            let later = manager.scope("Spelling").runLater(after: .seconds(60), .thread { _ in }, name: "Check")
            gate.open()
            let report = await manager.shutdown(waitingFor: .seconds(30))
            XCTAssertEqual(saving.state, .completed)
            XCTAssertEqual(report.cancelled.map(\.name), [later.name])
        }
    }

    /// `wait_for_task`, `get_task_status`, and the end of a plugin.
    func testAPluginIsUnloaded() {
        let began = Gate()
        example {
            let plugin = taskManager.scope("Map")
            let task = plugin.runThread(key: "tiles") { context in
                began.open()
                while !context.isCancelled {}
            }
            began.pass()
            XCTAssertEqual(plugin.task(key: "tiles")?.state, .running)
            XCTAssertEqual(plugin.close(), 1)
            try await plugin.waitUntilIdle()
            XCTAssertEqual(task.cancelReason, .scopeClosed)
            let refused = plugin.runThread { _ in }
            XCTAssertEqual((refused.error as? TaskerError)?.code, .scopeClosed)
        }
    }
}
