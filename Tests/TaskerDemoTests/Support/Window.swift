import Foundation
import Glibc
import XCTest

/// The window of the demo, or of the smaller one, as assistive technologies see it.
///
/// Nothing here waits for time to pass: each look at the window goes through the demo's main loop. A demo that hangs is
/// ended by its watchdog.
final class Window {
    let demo: Program
    private let eyes: Program
    /// A socket: whoever writes to the pipe of a program that has gone gets a signal that ends all tests.
    private let commands: Int32
    private let leftovers: Leftovers

    struct Gone: Error {
        let errors: String
    }

    struct NotThere: Error {
        let command: [String]
    }

    /// Opens it; returns when it is there.
    init(
        of program: String = "TaskerDemo",
        _ arguments: [String] = [],
        on desktop: Desktop,
        environment: [String: String?] = [:],
        for test: XCTestCase
    ) throws {
        // What GLib or GTK has to complain about is a failure.
        // The smaller one touches its bar whenever a task changes, and then the bar has gone.
        let dispatches = program != "TaskerMinimal"
        leftovers = try Leftovers(allowing: [Leftovers.accessibility], dispatches: dispatches, for: test)
        let own = desktop.environment.merging(["G_DEBUG": "fatal-warnings"]) { $1 }
            .merging(leftovers.environment) { $1 }
        demo = try Program(
            [test.path(of: program)] + arguments,
            environment: own.merging(environment) { $1 },
            for: test
        )
        let script = try XCTUnwrap(Bundle.module.path(forResource: "accessibles", ofType: "py"))
        var ends: [Int32] = [-1, -1]
        XCTAssertEqual(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends), 0)
        commands = ends[0]
        _ = fcntl(commands, F_SETFD, FD_CLOEXEC)
        defer { Glibc.close(ends[1]) }
        eyes = try Program(
            [Desktop.python, script, "\(demo.pid)"],
            environment: desktop.environment,
            input: ends[1],
            for: test
        )
        while try ask(["tree"]) == nil {
            guard demo.isRunning else { throw Gone(errors: errors) }
        }
    }

    /// What the demo and the one who looks at it complained about; ends both.
    private var errors: String {
        demo.kill(SIGKILL)
        eyes.kill(SIGKILL)
        return demo.errors + eyes.errors
    }

    deinit {
        Glibc.close(commands)
    }

    /// - Returns: The answer; nil: there is nobody.
    private func send(_ command: [Any]) throws -> String? {
        let line = try JSONSerialization.data(withJSONObject: command) + Data("\n".utf8)
        let count = line.withUnsafeBytes {
            Glibc.send(commands, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        return count == line.count ? eyes.nextLine() : nil
    }

    private func ask(_ command: [Any]) throws -> Data? {
        guard let line = try send(command) else { throw Gone(errors: errors) }
        return line == "null" ? nil : Data(line.utf8)
    }

    private func tell(_ command: [Any]) throws {
        guard let answer = try ask(command) else { throw Gone(errors: errors) }
        guard answer == Data("true".utf8) else { throw NotThere(command: command.map { "\($0)" }) }
    }

    /// What is to be seen now.
    func look() throws -> Accessible {
        // Where the machine is busy the registry may lose sight of a program for a moment.
        while true {
            if let tree = try ask(["tree"]) { return try JSONDecoder().decode(Accessible.self, from: tree) }
            guard demo.isRunning else { throw Gone(errors: errors) }
        }
    }

    /// Looks until something is to be seen.
    @discardableResult
    func wait(until condition: (Accessible) throws -> Bool) throws -> Accessible {
        while true {
            let tree = try look()
            if try condition(tree) { return tree }
        }
    }

    /// Waits until the row of a task tells its state.
    @discardableResult
    func waitForRow(_ name: String, _ state: String) throws -> Accessible {
        let tree = try wait { $0.row(name)?.name == "\(name), \(state)" }
        return try XCTUnwrap(tree.row(name))
    }

    func press(_ button: String) throws {
        try tell(["press", "push button", button])
    }

    /// Closes it.
    ///
    /// - Parameter answer: What is answered when it asks because of the tasks that run; nil: it does not ask.
    func close(answering answer: String? = nil) throws {
        if let answer {
            try press("Close")
            try wait { $0.first("push button", answer) != nil }
        }
        // It may have gone before the bus could tell that it was pressed; so its end has to tell that.
        XCTAssertNotEqual(try send(["press", "push button", answer ?? "Close"]), "false", "There is no such button.")
        try assertEnds()
    }

    /// Waits for its end, and checks that no object is left then.
    func assertEnds(status: Int32 = 0) throws {
        XCTAssertEqual(demo.finish(), status, demo.errors)
        try leftovers.check()
    }

    /// Presses a key by its number on the keyboard.
    func pressKey(_ code: Int) throws {
        try tell(["key", code])
    }
}

/// A widget as assistive technologies see it.
struct Accessible: Decodable {
    let role: String
    let name: String
    let states: Set<String>
    let value: Double?
    let canBePressed: Bool
    let children: [Accessible]

    /// This and everything below it.
    var all: [Accessible] { [self] + children.flatMap(\.all) }

    func all(_ role: String) -> [Accessible] { all.filter { $0.role == role } }

    func first(_ role: String, _ name: String) -> Accessible? { all(role).first { $0.name == name } }

    /// The row of a task.
    func row(_ name: String) -> Accessible? { rows.first { $0.name.hasPrefix("\(name), ") } }

    /// The rows of tasks, in order; those of headings are none.
    var rows: [Accessible] { all("list item").filter { $0.all("heading").isEmpty } }

    /// What stands above the rows.
    var headings: [String] { all("heading").map(\.name) }

    /// The texts of the labels that are shown.
    var texts: [String] { all("label").filter { $0.states.contains("visible") }.map(\.name) }
}
