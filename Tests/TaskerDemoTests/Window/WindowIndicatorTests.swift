import XCTest

/// What is in the window only while something runs.
final class WindowIndicatorTests: XCTestCase {
    func testWhatRunsLongIsShownInTheHeaderBarWithItsList() throws {
        let window = try Window([Folder(for: self).path], on: Desktop(for: self), for: self)
        XCTAssertFalse(isShown(try window.look(), "No task is running"))
        try window.press("Hang")
        let name = "1 running, 0\u{202F}% done"
        try window.wait { isShown($0, name) && $0.texts.contains("Hang") && $0.all("list").count == 1 }
        try window.press(name)
        // The popover has a list of its own as long as it is open.
        try window.wait {
            $0.all("list").count == 2 && $0.rows.map(\.name) == ["Hang, running", "Hang, running"]
        }
        try window.press("Cancel Hang")
        try window.wait { $0.rows.map(\.name) == ["Hang, cancelled", "Hang, cancelled"] }
        // Another task may follow for a moment; after that it stays, because somebody looks at it.
        try window.wait { isShown($0, "No task is running") }
        try window.press("No task is running")
        try window.wait { !isShown($0, "No task is running") && $0.all("list").count == 1 }
        // Its objects are not counted: where assistive technologies listen GTK 4.8 keeps a popover that was open and what is around it,
        // also when all of it is GTK's own. `WidgetLifeTests` count them where nobody listens.
    }

    private func isShown(_ tree: Accessible, _ name: String) -> Bool {
        tree.first("push button", name)?.states.contains("visible") == true
    }
}
