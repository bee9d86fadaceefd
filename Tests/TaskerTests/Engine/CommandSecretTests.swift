import InMemoryLogging
import Logging
import Tasker
import TestSupport
import XCTest

/// What is shown of a command that was given a secret.
final class CommandSecretTests: XCTestCase {
    private static let secret = "hunter2"
    private let handler = InMemoryLogHandler()
    private lazy var harness = EngineHarness { [handler] configuration in
        var logger = Logger(label: "test") { _ in handler }
        logger.logLevel = .trace
        configuration.logger = logger
    }

    private func shell(_ script: String) -> Command {
        Command("sh", arguments: ["-c", script], environment: ["TOKEN": Self.secret], secrets: [Self.secret])
    }

    /// Runs a command, and looks for the secret in all that is told of it.
    @discardableResult
    private func run(
        _ command: Command,
        progress: CommandOutputParser? = nil,
        file: StaticString = #filePath,
        line: UInt = #line,
        onOutput: (@Sendable (CommandOutput, ExecutionContext) -> Void)? = nil
    ) -> TaskHandle<CommandResult> {
        let log = Journal<String>()
        MainActor.assumeIsolated { [proxy = harness.proxy] in
            _ = proxy.taskEvents.connect { log.append(Self.everything(of: $0)) }
        }
        let handle = harness.proxy.runCommand(command, progress: progress, onOutput: onOutput)
        harness.settle()
        let texts =
            log.values + handler.entries.map { "\($0.message) \($0.metadata)" }
            + [
                handle.name, Self.everything(of: handle.error as Any), Self.everything(of: Array(harness.tasks)),
                Self.everything(of: command), Self.everything(of: handle),
            ]
        for text in texts { XCTAssertFalse(text.contains(Self.secret), text, file: file, line: line) }
        XCTAssertGreaterThan(handler.entries.count, 1, file: file, line: line)
        return handle
    }

    private static func everything(of thing: Any) -> String {
        var text = "\(thing) \(String(reflecting: thing)) "
        dump(thing, to: &text)
        return text
    }

    // MARK: - Errors

    func testTheLastWordsDoNotShowASecret() throws {
        let handle = run(shell("echo wrong password: $TOKEN, $TOKEN$TOKEN >&2; exit 1"))
        let error = try XCTUnwrap(handle.error as? TaskerError)
        XCTAssertEqual(error.description, "sh ended with status 1: wrong password: •••, •••")
        XCTAssertEqual(error.standardErrorTail, "wrong password: •••, •••")
        XCTAssertEqual(error.exitStatus, 1)
    }

    func testTheStandardErrorOfASuccessDoesNotShowASecret() throws {
        let handle = run(shell("echo using $TOKEN >&2"))
        XCTAssertEqual(try handle.result?.get().standardError, "using •••")
    }

    func testACommandThatCannotBeStartedDoesNotShowASecret() throws {
        let path = "/nonexistent/\(Self.secret)"
        let commands = [
            Command(path), Command("no-\(Self.secret)"), Command("true", workingDirectory: path),
            Command("true", standardInput: .file(path)), Command("true", standardOutput: .file(path)),
            Command("true", arguments: ["\(Self.secret)\0"]), Command("true", environment: ["A": "\(Self.secret)\0"]),
            Command("true", environment: ["1\(Self.secret)": ""]),
            Command("true", arguments: [Self.secret + String(repeating: "x", count: 200_000)]),
        ]
        for var command in commands {
            command.secrets = [Self.secret]
            let handle = run(command)
            XCTAssertNotNil(handle.error as? TaskerError, "\(command)")
        }
    }

    // MARK: - Messages

    func testAMessageDoesNotShowASecretAndLinesAreWhole() throws {
        let lines = Journal<String>()
        let handle = run(shell("echo token $TOKEN")) { line, context in
            lines.append(line.text)
            context.setMessage(line.text)
        }
        XCTAssertEqual(handle.message, "token •••")
        XCTAssertEqual(lines.values, ["token \(Self.secret)"])
        XCTAssertEqual(try handle.result?.get().standardOutput, "token \(Self.secret)")
    }

    func testAMessageOfAPartDoesNotShowASecret() {
        let handle = run(shell("echo $TOKEN")) { line, context in
            try? context.subContext(weight: 1).setMessage(line.text)
        }
        XCTAssertEqual(handle.message, "•••")
    }

    func testAParsersMessageDoesNotShowASecretThatWasEscaped() {
        let message = #"{"message": "it is h\u0075nter2"}"#
        let command = Command("printf", arguments: ["%s", message], secrets: [Self.secret])
        XCTAssertEqual(run(command, progress: .jsonLines).message, "it is •••")
    }

    // MARK: - The command itself

    func testACommandShowsNeitherSecretsNorValuesOfVariables() {
        var command = Command(
            "curl",
            arguments: ["-u", "me:\(Self.secret)", "a file"],
            environment: ["PROXY_PASSWORD": "unnamed"],
            standardInput: .text("unnamed"),
            secrets: [Self.secret]
        )
        XCTAssertEqual("\(command)", "curl -u me:••• \"a file\"")
        XCTAssertEqual(String(reflecting: command), "\(command)")
        let text = Self.everything(of: command)
        XCTAssertTrue(text.contains("PROXY_PASSWORD") && text.contains("7 bytes"), text)
        XCTAssertFalse(text.contains("unnamed") || text.contains(Self.secret), text)
        command.standardInput = .file("/tmp/\(Self.secret)")
        XCTAssertFalse(Self.everything(of: command).contains(Self.secret))
    }
}
