import Tasker
import XCTest

/// The examples of the fifth document: long jobs, asked about from elsewhere.
///
/// Its jobs are functions of a process pool; ``ProcessExamples`` has one of that kind, and here they are threads.
final class LongJobExamples: ExampleCase {
    private struct EmptyFile: Error {}

    /// "API design": submit, status, result, cancel, list.
    func testOneJobFromEndToEnd() {
        let gate = Gate()
        example {
            let manager = TaskManagerProxy()
            let job = manager.runThread { _ in
                gate.pass()
                return 365
            }
            XCTAssertEqual(job.state, .running)
            XCTAssertEqual(manager.tasks().map(\.id), [job.id])
            gate.open()
            let days = try await job.value
            XCTAssertEqual(days, 365)
            XCTAssertEqual(job.state, .completed)
            XCTAssertFalse(job.cancel(), "It has ended.")
        }
    }

    /// The class's own example.
    func testAManagerForFourJobsAtATime() {
        example {
            var configuration = TaskManagerConfiguration()
            configuration.maximumThreads = 4
            let manager = TaskManagerProxy(configuration: configuration)
            let lines = ["north", "east", "south", "west"]
            let job = manager.runThread { _ in lines.map(\.count).reduce(0, +) }
            let letters = try await job.value
            XCTAssertEqual(letters, 18)
            await manager.shutdown()
        }
    }

    /// The example of `submit`: arguments are what the closure captures.
    func testArguments() {
        @Sendable func plan(for year: Int, in format: String) -> String { "plan-\(year).\(format)" }
        example {
            let job = taskManager.runThread { _ in plan(for: 1913, in: "csv") }
            let file = try await job.value
            XCTAssertEqual(file, "plan-1913.csv")
        }
    }

    // MARK: - Its tests

    func testStartAndShutdown() {
        example {
            let manager = TaskManagerProxy()
            XCTAssertTrue(manager.isRunning, "A manager needs no start.")
            await manager.shutdown()
            XCTAssertFalse(manager.isRunning)
            XCTAssertTrue(manager.start())
            XCTAssertTrue(manager.isRunning)
        }
    }

    func testSubmitAndResult() {
        example {
            let job = taskManager.runThread { _ in 6 * 7 }
            let product = try await job.value
            XCTAssertEqual(product, 42)
        }
    }

    func testAnIdOfOnesOwnIsTheKey() {
        example {
            let job = taskManager.runThread(key: "inventory-7") { _ in 3 }
            XCTAssertEqual(job.key, "inventory-7")
            let value = try await job.value
            XCTAssertEqual(value, 3)
            XCTAssertEqual(taskManager.task(key: "inventory-7")?.id, job.id)
        }
    }

    func testMetadata() {
        example {
            let job = taskManager.runThread(metadata: ["shelf": "12", "kind": "inventory"]) { _ in }
            XCTAssertEqual(taskManager.task(id: job.id)?.metadata, ["shelf": "12", "kind": "inventory"])
            try await job.value
        }
    }

    func testStatusOnTheWay() {
        let gate = Gate()
        example {
            let job = taskManager.runThread { _ in gate.pass() }
            XCTAssertEqual(job.state, .running)
            gate.open()
            try await job.value
            XCTAssertEqual(job.state, .completed)
        }
    }

    func testEverythingThatIsKnownOfATask() {
        example {
            let job = taskManager.runThread { _ in }
            try await job.value
            let task = try XCTUnwrap(taskManager.task(id: job.id))
            XCTAssertEqual(task.state, .completed)
            let (started, ended) = (try XCTUnwrap(task.started), try XCTUnwrap(task.ended))
            XCTAssertGreaterThanOrEqual(task.created.duration(to: started), .zero)
            XCTAssertGreaterThanOrEqual(started.duration(to: ended), .zero)
            XCTAssertNil(task.error)
        }
    }

    func testAFailedJob() {
        example {
            let job = taskManager.runThread { _ in throw EmptyFile() }
            do {
                try await job.value
                XCTFail("It fails.")
            } catch is EmptyFile {
                XCTAssertEqual(taskManager.task(id: job.id)?.state, .failed)
                XCTAssertTrue(job.error is EmptyFile)
            }
        }
    }

    func testNoLongerThanThat() {
        let gate = Gate()
        example {
            let job = taskManager.runThread { _ in gate.pass() }
            do {
                try await job.value(timeout: .milliseconds(1))
                XCTFail("It is not over.")
            } catch let error as TaskerError {
                XCTAssertEqual(error.code, .waitTimedOut)
            }
            XCTAssertEqual(job.state, .running)
            gate.open()
            try await taskManager.waitUntilIdle()
        }
    }

    func testWhatNobodyKnows() {
        example {
            let manager = TaskManagerProxy()
            let foreign = taskManager.runThread { _ in }
            XCTAssertNil(manager.task(id: foreign.id))
            XCTAssertNil(manager.task(key: "nobody"))
            XCTAssertFalse(manager.cancelTask(id: foreign.id))
            try await taskManager.waitUntilIdle()
        }
    }

    func testAllJobs() {
        example {
            let manager = TaskManagerProxy()
            for name in ["red", "green", "blue"] { manager.runThread(name: name) { _ in } }
            XCTAssertEqual(manager.tasks().map(\.name), ["red", "green", "blue"])
            try await manager.waitUntilIdle()
        }
    }

    func testTheCompletedOnes() {
        let gate = Gate()
        example {
            let manager = TaskManagerProxy()
            let quick = manager.runThread { _ in }
            manager.runThread { _ in gate.pass() }
            try await quick.value
            XCTAssertEqual(manager.tasks(in: [.completed]).map(\.id), [quick.id])
            gate.open()
            try await manager.waitUntilIdle()
        }
    }

    func testClearingAway() {
        example {
            let manager = TaskManagerProxy()
            for _ in 0..<2 { manager.runThread { _ in } }
            try await manager.waitUntilIdle()
            XCTAssertEqual(manager.removeFinishedTasks(), 2)
            XCTAssertEqual(manager.tasks().count, 0)
        }
    }

    func testCancellingTellsWhetherItChangedAnything() {
        let began = Gate()
        example {
            let job = taskManager.runThread { context in
                began.open()
                while !context.isCancelled {}
            }
            began.pass()
            XCTAssertTrue(job.cancel())
            XCTAssertFalse(job.cancel())
            try await taskManager.waitUntilIdle()
            XCTAssertEqual(job.state, .cancelled)
        }
    }

    func testAManagerThatDoesNotRunTakesNothing() {
        example {
            let manager = TaskManagerProxy()
            await manager.shutdown()
            let job = manager.runThread { _ in }
            XCTAssertEqual((job.error as? TaskerError)?.code, .shutDown)
        }
    }

    // MARK: - In an application

    /// "Integration with application": the manager lives as long as the application.
    func testTheLifeOfAnApplication() {
        @MainActor final class Application {
            let tasks = TaskManagerProxy()

            func quit() async -> ShutdownReport {
                await tasks.shutdown(waitingFor: .seconds(5))
            }
        }
        example {
            let application = Application()
            let job = application.tasks.runThread { _ in "saved" }
            let report = await application.quit()
            XCTAssertTrue(report.isClean)
            XCTAssertEqual(try job.result?.get(), "saved")
        }
    }

    /// "Usage example": one handler starts an export, another is asked how it goes.
    func testStartingAndAskingFromDifferentPlaces() {
        func startExport(of book: String) {
            taskManager.runThread(key: "export \(book)", metadata: ["book": book]) { _ in }
        }
        func checkExport(of book: String) -> String {
            guard let task = taskManager.task(key: "export \(book)") else { return "unknown" }
            return "\(task.metadata["book"] ?? ""): \(task.state)"
        }
        example {
            XCTAssertEqual(checkExport(of: "atlas"), "unknown")
            startExport(of: "atlas")
            try await taskManager.waitUntilIdle()
            XCTAssertEqual(checkExport(of: "atlas"), "atlas: completed")
        }
    }
}
