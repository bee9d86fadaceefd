import Tasker
import XCTest

/// The actions of the third document, written out: what each of them does with its task.
final class ActionExamples: ExampleCase {
    /// `download_file`: in pieces, with progress.
    func testACopyInPieces() {
        let source = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        example {
            let task = taskManager.runThread(name: "Copy") { context in
                try context.setTotal(source.count)
                var copy: [UInt8] = []
                for begin in stride(from: 0, to: source.count, by: 8192) {
                    try context.checkCancellation()
                    copy += source[begin..<min(begin + 8192, source.count)]
                    context.setProgress(copy.count)
                }
                return copy
            }
            let copy = try await task.value
            XCTAssertEqual(copy, source)
        }
    }

    /// `reminder_timer`.
    func testAReminder() {
        example {
            let notes = Notes()
            let tea = taskManager.runLater(after: .milliseconds(1), .coroutine { _ in "The tea is ready." }, key: "tea")
            { task in
                if case .success(let text)? = task.result { notes.add(text) }
            }
            XCTAssertNotNil(tea.snapshot.created)
            try await taskManager.waitUntilIdle()
            XCTAssertEqual(notes.lines, ["The tea is ready."])
        }
    }

    /// `periodic_health_check`.
    func testACheckThatIsRepeated() {
        example {
            let notes = Notes()
            let task = taskManager.runPeriodic(
                every: .milliseconds(1),
                .thread { _ in true },
                key: "pump",
                count: 3,
                whenIteration: { check in notes.add("\(check.number) \((try? check.result.get()) ?? false)") }
            )
            try await taskManager.waitUntilIdle()
            XCTAssertEqual(notes.lines, ["1 true", "2 true", "3 true"])
            XCTAssertEqual(task.snapshot.iteration, 3)
        }
    }

    /// `batch_web_search`.
    func testQuestionsOneAfterTheOther() {
        let shelves = ["birds": 4, "moths": 7, "ferns": 2]
        example {
            let questions = ["birds", "moths", "ferns"]
            let task = taskManager.addCoroutine(name: "Catalogue") { context in
                try context.setTotal(questions.count)
                var answers: [Int] = []
                for question in questions {
                    context.setMessage("Looking for \(question)…")
                    try await Task.sleep(for: .zero)
                    answers.append(shelves[question] ?? 0)
                    context.setProgress(answers.count)
                }
                return answers
            }
            let answers = try await task.value
            XCTAssertEqual(answers, [4, 7, 2])
        }
    }
}
