import XCTest

/// Programming errors end the program at once, and say which rule was broken.
final class ProcessesTrapTests: XCTestCase {
    private func assertTrap(
        _ error: String,
        _ rule: String,
        file: StaticString = #filePath,
        line: UInt = #line
    ) throws {
        // Swift's crash reporter takes long, and under the thread sanitizer it crashes or hangs itself.
        let host = try Host(["trap", error], environment: ["SWIFT_BACKTRACE": "enable=no"], for: self)
        let status = host.finish()
        XCTAssertTrue([128 + SIGILL, 128 + SIGTRAP].contains(status), "status \(status)", file: file, line: line)
        XCTAssertEqual(host.lines, [], file: file, line: line)
        // An optimized program has no sentences in it.
        #if DEBUG
        XCTAssertTrue(host.errors.contains(": " + rule), host.errors, file: file, line: line)
        #endif
    }

    func testTheBridgeIsInstalledOnTheMainThread() throws {
        try assertTrap("install", "MainQueueBridge.install() must be called on the process's main thread")
    }

    func testTheDefaultContextIsRunByTheMainThread() throws {
        try assertTrap("loop", "MainQueueBridge.install() must be called on the process's main thread")
    }

    func testAnActorOfAContextIsCheckedOnItsThread() throws {
        try assertTrap("check", "This actor's code must run on the thread that owns its MainContext.")
    }

    func testAnActorOfAContextIsAssumedOnItsThread() throws {
        try assertTrap("assume", "This actor's code must run on the thread that owns its MainContext.")
    }

    func testASignalSourceIsOfASignalThatGLibWatches() throws {
        try assertTrap(
            "signal",
            "GLib can watch the signals HUP, INT, TERM, USR1, USR2 and WINCH, but not \(SIGSEGV)."
        )
    }

    func testAnIndexIsUsedWithItsList() throws {
        try assertTrap("index", "An index of a TaskList is valid only for the list it was taken from.")
    }
}
