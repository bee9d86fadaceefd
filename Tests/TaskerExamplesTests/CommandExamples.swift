import Tasker
import XCTest

/// The examples of the article about commands, with programs that are on every machine.
final class CommandExamples: ExampleCase {
    func testACopyWithProgress() {
        let label = Label()
        example {
            let copy = Command("sh", arguments: ["-c", "printf '10%%\\r50%%\\r'; echo vanished: a.jpg >&2; exit 24"])
            let task = taskManager.runCommand(
                copy,
                key: "backup",
                progress: .percentage,
                whenDone: { task in
                    switch task.result {
                    case .success?: label.text = "The photos are safe."
                    case .failure(let error as TaskerError)? where error.exitStatus == 24:
                        label.text = "Some photos vanished meanwhile."
                    case .failure(let error)?: label.text = "\(error)"
                    case nil: break
                    }
                }
            )
            try await taskManager.waitUntilIdle()
            XCTAssertEqual(label.text, "Some photos vanished meanwhile.")
            XCTAssertEqual(task.progress, 0.5)
        }
    }

    func testAFilter() {
        example {
            let task = taskManager.runCommand(Command("sort", standardInput: .text("pear\napple\n")))
            let result = try await task.value
            XCTAssertEqual(result.standardOutput, "apple\npear")
        }
    }

    func testAParserOfOnesOwn() {
        let steps = CommandOutputParser { line, context in
            if line.text.hasPrefix("==> ") { context.setMessage(String(line.text.dropFirst(4))) }
        }
        example {
            let task = taskManager.runCommand(Command("echo", arguments: ["==> Unpacking"]), progress: steps)
            _ = try await task.value
            XCTAssertEqual(task.message, "Unpacking")
        }
    }

    func testAStatusThatIsAnAnswer() {
        example {
            let search = Command(
                "grep",
                arguments: ["needle"],
                standardInput: .text("hay\n"),
                acceptedExitStatuses: [0, 1]
            )
            let result = try await taskManager.runCommand(search).value
            XCTAssertEqual(result.exitStatus, 1)
        }
    }

    func testASecret() {
        let (password, address) = ("hunter2", "nowhere")
        let upload = Command("curl", arguments: ["-u", "me:\(password)", address], secrets: [password])
        XCTAssertEqual("\(upload)", "curl -u me:••• nowhere")
    }
}
