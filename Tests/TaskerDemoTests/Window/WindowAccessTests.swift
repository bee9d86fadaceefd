import XCTest

/// Everything in the window has a name and can be reached with the keyboard.
final class WindowAccessTests: XCTestCase {
    private let buttons = [
        "Scan", "Checksum", "Render", "Archive", "Start all", "Cancel all", "Fail", "Crash", "Hang", "Hog", "Stubborn",
    ]

    /// Numbers of keys that every keyboard has.
    private enum Key {
        static let tab = 23
        static let space = 65
    }

    func testEverythingHasANameAndAFittingRole() throws {
        let window = try Window([Folder(for: self).path], on: Desktop(for: self), for: self)
        try window.press("Start all")
        for name in buttons.prefix(4) { try window.waitForRow(name, "completed") }
        try window.press("Fail")
        try window.waitForRow("Fail", "failed")
        let tree = try window.look()
        XCTAssertEqual(tree.role, "frame")
        XCTAssertEqual(tree.name, "Tasker")
        let own = ["Retry Fail", "Copy the error"]
        let decorations = ["Minimize", "Maximize", "Close"]
        let shown = tree.all("push button")
        XCTAssertEqual(shown.map(\.name).sorted(), (buttons + own + ["Clear finished"] + decorations).sorted())
        let bars = (buttons.prefix(4) + ["Fail"]).map { "Progress of \($0)" } + ["Overall progress"]
        XCTAssertEqual(tree.all("progress bar").map(\.name).sorted(), bars.sorted())
        XCTAssertEqual(tree.all("list").map(\.name), ["Tasks"])
        XCTAssertEqual(tree.all("image").map(\.name), ["Rendered picture"])
        for button in shown {
            XCTAssertTrue(button.states.contains("focusable"), button.name)
            XCTAssertTrue(button.canBePressed, button.name)
        }
        try window.close()
    }

    func testTabReachesEachButtonAndSpacePressesIt() throws {
        let window = try Window(
            [Folder(for: self).path],
            on: Desktop(for: self),
            environment: FakeTar(for: self).environment,
            for: self
        )
        try window.press("Archive")
        let row = try window.waitForRow("Archive", "running")
        XCTAssertEqual(row.all("push button").map(\.name), ["Pause Archive", "Cancel Archive"])
        var awaited = Set(buttons + ["Cancel Archive"])
        var last = try focus(in: window) { _ in true }
        let first = last
        repeat {
            awaited.remove(last)
            try window.pressKey(Key.tab)
            let previous = last
            last = try focus(in: window) { $0 != previous }
        } while last != first
        XCTAssertEqual(awaited, [])
        while last != "Cancel Archive" {
            try window.pressKey(Key.tab)
            let previous = last
            last = try focus(in: window) { $0 != previous }
        }
        try window.pressKey(Key.space)
        try window.waitForRow("Archive", "cancelled")
        try window.close()
    }

    /// Waits until something has the focus whose name fits.
    private func focus(in window: Window, _ fits: (String) -> Bool) throws -> String {
        let tree = try window.wait { tree in
            tree.all.contains { $0.states.contains("focused") && fits($0.name) }
        }
        return try XCTUnwrap(tree.all.first { $0.states.contains("focused") }).name
    }
}
