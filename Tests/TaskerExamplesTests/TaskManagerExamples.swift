import Tasker
import XCTest

/// The examples of the third document: the methods of its manager, one after the other, and its patterns.
final class TaskManagerExamples: ExampleCase {
    private struct NoSuchStation: Error {}

    /// `TaskManager(max_concurrent_tasks=…)`.
    func testAManagerThatRunsTwoTasksAtATime() {
        let gate = Gate()
        example {
            var configuration = TaskManagerConfiguration()
            configuration.maximumConcurrentTasks = 2
            let manager = TaskManagerProxy(configuration: configuration)
            for _ in 0..<5 { manager.runThread { _ in gate.pass() } }
            XCTAssertEqual(manager.tasks(in: [.running]).count, 2)
            gate.open(for: 5)
            try await manager.waitUntilIdle()
        }
    }

    /// `create_task`.
    func testATaskWithANameAndAPriority() {
        example {
            let task = taskManager.addCoroutine(name: "Tide table", priority: 10) { context in
                context.setProgress(0.5)
                await Task.yield()
                return "high at noon"
            }
            XCTAssertEqual(task.name, "Tide table")
            XCTAssertEqual(task.snapshot.priority, 10)
            let tide = try await task.value
            XCTAssertEqual(tide, "high at noon")
        }
    }

    /// `get_task`.
    func testATaskIsFoundByItsId() {
        let gate = Gate()
        example {
            let id = taskManager.runThread(name: "Tiles") { context in
                context.setProgress(0.5)
                gate.pass()
            }.id
            if let task = taskManager.task(id: id) {
                XCTAssertEqual("\(task.name) \(task.state)", "Tiles running")
            } else {
                XCTFail("It runs.")
            }
            gate.open()
            try await taskManager.waitUntilIdle()
        }
    }

    /// `list_tasks`.
    func testAllTasksOrThoseThatRun() {
        let gate = Gate()
        example {
            let manager = TaskManagerProxy()
            manager.runThread(name: "first") { _ in gate.pass() }
            manager.runLater(after: .seconds(3600), .thread { _ in }, name: "tomorrow")
            XCTAssertEqual(manager.tasks().map(\.name), ["first", "tomorrow"])
            XCTAssertEqual(manager.tasks(in: [.running]).map(\.name), ["first"])
            manager.cancelAll()
            gate.open()
            try await manager.waitUntilIdle()
        }
    }

    /// `cancel_task`.
    func testATaskIsCancelledByItsId() {
        example {
            let task = taskManager.runLater(after: .seconds(3600), .thread { _ in })
            XCTAssertTrue(taskManager.cancelTask(id: task.id))
            XCTAssertFalse(taskManager.cancelTask(id: task.id))
            try await taskManager.waitUntilIdle()
        }
    }

    /// `set_priority`.
    func testAWaitingTaskGetsAnotherPriority() {
        example {
            let task = taskManager.runLater(after: .seconds(3600), .thread { _ in })
            XCTAssertTrue(taskManager.setPriority(100, id: task.id))
            XCTAssertEqual(task.snapshot.priority, .high)
            task.cancel()
            try await taskManager.waitUntilIdle()
        }
    }

    /// `update_progress`.
    func testProgressIsSetFromOutside() {
        let gate = Gate()
        example {
            let task = taskManager.runThread { _ in gate.pass() }
            XCTAssertTrue(taskManager.updateProgress(0.75, id: task.id))
            XCTAssertEqual(task.progress, 0.75)
            gate.open()
            try await taskManager.waitUntilIdle()
        }
    }

    /// `add_event_callback`, and "event monitoring".
    func testALogOfEverythingThatHappens() {
        example {
            let (manager, log) = (TaskManagerProxy(), Notes())
            let connection = manager.taskEvents.connect { event in
                switch event.kind {
                case .submitted: log.add("\(event.task.name) was taken in")
                case .started:
                    log.add("\(event.task.name) began at \(event.task.started == nil ? "no time" : "its time")")
                case .completed: log.add("\(event.task.name) is complete")
                case .failed(let error): log.add("\(event.task.name) failed: \(error)")
                case .cancelled(let reason): log.add("\(event.task.name) was cancelled: \(reason)")
                default: break
                }
            }
            manager.runThread(name: "Oslo") { _ in }
            try await manager.waitUntilIdle()
            manager.runThread(name: "Atlantis") { _ in throw NoSuchStation() }
            try await manager.waitUntilIdle()
            manager.runLater(after: .seconds(3600), .thread { _ in }, name: "Mars").cancel()
            try await manager.waitUntilIdle()
            connection.disconnect()
            manager.runThread(name: "Rome") { _ in }
            try await manager.waitUntilIdle()
            XCTAssertEqual(
                log.lines,
                [
                    "Oslo was taken in", "Oslo began at its time", "Oslo is complete",
                    "Atlantis was taken in", "Atlantis began at its time", "Atlantis failed: NoSuchStation()",
                    "Mars was taken in", "Mars was cancelled: user",
                ]
            )
        }
    }

    /// `get_stats`.
    func testHowManyTasksThereWereOfEachState() {
        example {
            let manager = TaskManagerProxy()
            for number in 0..<5 { manager.runThread { _ in if number == 0 { throw NoSuchStation() } } }
            manager.runLater(after: .seconds(3600), .thread { _ in }).cancel()
            try await manager.waitUntilIdle()
            let statistics = manager.statistics
            XCTAssertEqual(statistics.total, 6)
            XCTAssertEqual(TaskState.allCases.map(statistics.count(in:)), [0, 0, 4, 1, 1])
        }
    }

    /// `run_tasks()` and `stop()`: a manager runs by itself, and its end cancels what is left.
    func testAManagerIsEnded() {
        let began = Gate()
        example {
            let manager = TaskManagerProxy()
            let task = manager.runThread { context in
                began.open()
                while !context.isCancelled {}
            }
            began.pass()
            XCTAssertTrue(manager.isRunning)
            let report = await manager.shutdown(waitingFor: .zero)
            XCTAssertFalse(manager.isRunning)
            XCTAssertEqual(report.cancelled.map(\.id), [task.id])
            XCTAssertEqual(task.cancelReason, .shutdown)
        }
    }

    // MARK: - Patterns

    /// "Basic task execution".
    func testFromTheManagerToTheResult() {
        example {
            var configuration = TaskManagerConfiguration()
            configuration.maximumConcurrentTasks = 3
            let manager = TaskManagerProxy(configuration: configuration)
            let task = manager.addCoroutine(name: "Greeting") { _ in
                await Task.yield()
                return "Good morning"
            }
            let greeting = try await task.value
            XCTAssertEqual(greeting, "Good morning")
            await manager.shutdown()
        }
    }

    /// "Task with progress updates".
    func testProgressStepByStep() {
        example {
            let task = taskManager.addCoroutine(name: "Stairs") { context in
                try context.setTotal(12)
                for step in 1...12 {
                    await Task.yield()
                    context.setProgress(step)
                }
                return "up"
            }
            let end = try await task.value
            XCTAssertEqual(end, "up")
            XCTAssertEqual(task.progress, 1)
        }
    }

    /// "Priority queue".
    func testTheMoreUrgentTaskStartsFirst() {
        let gate = Gate()
        example {
            var configuration = TaskManagerConfiguration()
            configuration.maximumThreads = 1
            let (manager, notes) = (TaskManagerProxy(configuration: configuration), Notes())
            manager.runThread { _ in gate.pass() }
            for (name, priority) in [("sweep", 1), ("cook", 10), ("fire", 100)] as [(String, SchedulingPriority)] {
                manager.runThread(name: name, priority: priority, { _ in }, whenDone: { notes.add($0.name) })
            }
            gate.open()
            try await manager.waitUntilIdle()
            XCTAssertEqual(notes.lines, ["fire", "cook", "sweep"])
        }
    }

    /// "Error handling".
    func testAnErrorIsFoundLater() {
        example {
            let task = taskManager.addCoroutine(name: "Station") { _ in throw NoSuchStation() }
            try await taskManager.waitUntilIdle()
            if taskManager.task(id: task.id)?.state == .failed {
                XCTAssertTrue(taskManager.task(id: task.id)?.error is NoSuchStation)
            } else {
                XCTFail("It failed.")
            }
        }
    }
}
