import Foundation
import Glibc
import XCTest

/// A `tar` that packs as the real one does, and then does not end: a task that runs until a test ends it.
struct FakeTar {
    /// What makes the demo find it.
    let environment: [String: String?]
    private let folder: Folder

    init(for test: XCTestCase) throws {
        folder = try Folder(for: test)
        let real = try XCTUnwrap(test.run("command -v tar").lines.first)
        let script = """
            #!/bin/sh
            # It goes with the tests, should they be killed, but not with the demo, which would read what it writes.
            \(real) "$@" && exec tail --pid=\(getpid()) --follow /dev/null >/dev/null
            """
        try folder.addFile("tar", script)
        XCTAssertEqual(chmod("\(folder.path)/tar", 0o755), 0)
        environment = ["PATH": "\(folder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"]
    }

    /// Returns when all is packed and nothing more will happen by itself.
    static func waitUntilPacked(in demo: Program) {
        while !demo.family.members.contains(where: { $0.commandLine.first == "tail" }), demo.isRunning { sched_yield() }
    }
}
