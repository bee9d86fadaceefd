import Foundation
import XCTest

/// What a run with `--headless --json` printed.
struct HeadlessResult {
    let status: Int32
    let updates: [Update]
    let summary: Summary
    let errors: String

    /// Waits for the program's end.
    init(_ program: Program) throws {
        status = program.finish()
        errors = program.errors
        let last = try XCTUnwrap(program.lines.last, "It printed nothing: \(errors)")
        summary = try Summary(line: last)
        updates = try program.lines.dropLast().map { try JSONDecoder().decode(Update.self, from: Data($0.utf8)) }
    }

    /// What was told last of a task.
    func last(_ name: String) throws -> Update {
        try XCTUnwrap(updates.last { $0.name == name }, "Nothing was told of \(name).")
    }

    /// The state that each task ended in.
    var states: [String: String] {
        updates.reduce(into: [:]) { $0[$1.name] = $1.state }
    }
}

extension XCTestCase {
    /// Starts the demo, which is built next to the tests.
    func startDemo(
        _ arguments: [String],
        under prefix: [String] = [],
        environment: [String: String?] = [:],
        closedDescriptor: Int32? = nil
    ) throws -> Program {
        let path = demoPath
        return try Program(
            prefix + [path] + arguments,
            environment: ["DISPLAY": nil, "WAYLAND_DISPLAY": nil].merging(environment) { $1 },
            closedDescriptor: closedDescriptor,
            for: self
        )
    }

    var demoPath: String { path(of: "TaskerDemo") }

    /// Where a program of this package has been built.
    func path(of program: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(program).path
    }

    /// Runs the four tasks on a folder to their end.
    func runHeadless(
        _ folder: Folder,
        output: Folder,
        under prefix: [String] = [],
        environment: [String: String?] = [:]
    ) throws -> HeadlessResult {
        let arguments = ["--headless", "--json", "--output", output.path, folder.path]
        return try HeadlessResult(startDemo(arguments, under: prefix, environment: environment))
    }
}
