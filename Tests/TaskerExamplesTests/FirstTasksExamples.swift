import Tasker
import XCTest

/// The examples of the two documents that introduce the module (one in Spanish, one in English; they are the same).
///
/// Those with a process are in ``ProcessExamples``.
final class FirstTasksExamples: ExampleCase {
    /// "Running an I/O-bound task".
    func testACoroutineThatAwaits() {
        @Sendable @concurrent func forecast(for town: String, _ context: ExecutionContext) async -> String {
            context.setMessage("Asking for \(town)…")
            await Task.yield()
            context.setProgress(1)
            context.setMessage("The forecast is here.")
            return "Rain in \(town)"
        }
        example {
            let task = taskManager.addCoroutine(key: "forecast") { context in await forecast(for: "Bergen", context) }
            let text = try await task.value
            XCTAssertEqual(text, "Rain in Bergen")
            XCTAssertEqual(task.message, "The forecast is here.")
            XCTAssertEqual(task.progress, 1)
        }
    }

    /// "Running a thread-bound task".
    func testAThreadThatBlocks() {
        let disk = Gate()
        example {
            let task = taskManager.runThread(key: "index") { context in
                context.setMessage("Reading the folder…")
                disk.pass()
                context.setProgress(1)
                return 1284
            }
            disk.open()
            let count = try await task.value
            XCTAssertEqual(count, 1284)
        }
    }

    /// "Updating the UI".
    func testAWindowFollowsEverythingThatRuns() {
        let seen = Gate()
        example {
            let manager = TaskManagerProxy()
            let (bar, label) = (ProgressBar(), Label())
            manager.tasksUpdated.connect { tasks, progress in
                bar.fraction = progress
                label.text = tasks.last.map { $0.message ?? "Working…" } ?? "Nothing to do"
                if bar.fraction == 0.25 { seen.open() }
            }
            manager.runThread { context in
                context.setProgress(0.25)
                context.setMessage("A quarter of it")
                context.flush()
                seen.pass()
            }
            try await manager.waitUntilIdle()
            XCTAssertEqual(bar.fraction, 1)
            XCTAssertEqual(label.text, "A quarter of it")
            manager.removeFinishedTasks()
            manager.runThread(options: .hidden) { _ in }
            try await manager.waitUntilIdle()
            XCTAssertEqual(label.text, "Nothing to do")
        }
    }

    /// "Cancellation".
    func testAKeyIsEnoughToCancel() {
        let began = Gate()
        example {
            let task = taskManager.runThread(key: "digits") { context in
                began.open()
                var digits = 0
                while !context.isCancelled { digits += 1 }
                return digits
            }
            taskManager.runThread { _ in
                began.pass()
                taskManager.cancelTask(key: "digits")
            }
            try await taskManager.waitUntilIdle()
            XCTAssertEqual(task.state, .cancelled)
            XCTAssertFalse(taskManager.cancelTask(key: "digits"), "It has ended.")
        }
    }

    /// "Handling completion".
    func testTheEndTellsResultOrError() {
        struct Unreadable: Error {
            let file: String
        }
        example {
            let notes = Notes()
            let whenDone: @MainActor @Sendable (TaskHandle<Int>) -> Void = { task in
                switch task.state {
                case .completed: notes.add("\(task.name): \((try? task.result?.get()) ?? 0) words")
                case .failed: notes.add("\(task.name): \(task.error.map { "\($0)" } ?? "")")
                default: break
                }
            }
            let words = "a book of eleven words is shorter than most of them"
            taskManager.runThread(name: "Book", { _ in words.split(separator: " ").count }, whenDone: whenDone)
            try await taskManager.waitUntilIdle()
            taskManager.runThread(name: "Lost", { _ in throw Unreadable(file: "lost.txt") }, whenDone: whenDone)
            try await taskManager.waitUntilIdle()
            XCTAssertEqual(notes.lines, ["Book: 11 words", "Lost: Unreadable(file: \"lost.txt\")"])
        }
    }

    /// "API reference": `sub_context`, `send_event`, `flush`.
    func testStagesEventsAndFlush() {
        example {
            let notes = Notes()
            let task = taskManager.addCoroutine(name: "Album") { context in
                let scan = try context.subContext(base: 0, range: 0.25, total: 2)
                for page in 1...2 {
                    scan.setProgress(page)
                    try await context.sendEvent("page", page)
                }
                context.flush()
                let print = try context.subContext(base: 0.25, range: 0.75)
                print.setProgress(0.5)
            } whenDone: { task in
                notes.add("\(task.name) \(task.state)")
            } whenEvent: { event in
                notes.add("\(event.name) \((try? event.value(as: Int.self)) ?? 0)")
            }
            try await taskManager.waitUntilIdle()
            XCTAssertEqual(notes.lines, ["page 1", "page 2", "Album completed"])
            XCTAssertEqual(task.progress, 1)
        }
    }
}
