import XCTest

/// Widgets come and go while tasks run, and nothing of them stays.
final class WidgetLifeTests: XCTestCase {
    /// Runs a scenario of the host; any warning of GLib or GTK ends it, and no object is left but those named.
    private func run(_ scenario: String, leaving allowed: [[String]] = [[]]) throws -> [String] {
        let leftovers = try Leftovers(allowing: allowed, for: self)
        // It would keep a connection to the bus.
        let own = leftovers.environment.merging(["GTK_A11Y": "none"]) { $1 }
        let host = try Program(
            [path(of: "TaskerGTKTestHost"), scenario],
            environment: Desktop(for: self).environment.merging(own) { $1 },
            for: self
        )
        XCTAssertEqual(host.finish(), 0, host.errors)
        try leftovers.check()
        return host.lines
    }

    func testARowThatGoesWhileItsTaskRunsNeitherCancelsNorKeepsAnything() throws {
        XCTAssertEqual(try run("row"), ["item 1", "row 1 label true", "row 0 item 0 state running", "state completed"])
    }

    func testAModelThatSomebodyKeepsIsSeen() throws {
        XCTAssertEqual(try run("leak", leaving: [["TaskerTaskListModel"]]), [])
    }

    func testARowShowsOneTaskAtATime() throws {
        let none = #"labels ["", ""] items 0"#
        XCTAssertEqual(try run("rebind"), ["labels a thread items 1", "labels b thread items 1", none, none])
    }

    func testAnIndicatorMayGoWhileItsPopoverIsOpen() throws {
        XCTAssertEqual(try run("popover", leaving: [[], Leftovers.popover]), ["indicator 0 items 0 state running"])
    }

    func testNothingOfOursIsLeftOfAPopoverThatWasOpen() throws {
        XCTAssertEqual(
            try run("popover-closed", leaving: [[], Leftovers.popover]),
            ["indicator 0 items 0 state running"]
        )
    }

    func testAListThatGoesWhileTasksRunNeitherCancelsNorKeepsAnything() throws {
        XCTAssertEqual(try run("list"), ["items some", "list 0 items 0 state running", "state completed"])
    }

    func testAListOfVeryManyTasksMakesFewItems() throws {
        XCTAssertEqual(try run("many"), ["waiting few", "ended few", "items 0 state cancelled"])
    }

    func testSectionsComeAndGoWithTheirTasks() throws {
        XCTAssertEqual(
            try run("sections"),
            [
                "",
                "Running (1), first",
                "Running (1), first, Waiting (2), a, b",
                "Running (1), first, Waiting (1), b, Finished (1), a",
                // A task that is paused is where it was.
                "Running (1), first, Waiting (1), b, Finished (1), a",
                "Finished (3), b, first, a",
                "",
            ]
        )
    }

    func testTheFocusIsNeverLostFromTheList() throws {
        XCTAssertEqual(
            try run("focus"),
            [
                "focus true, Waiting (3), a, b",
                "focus true then b",
                "focus true then Finished (2)",
                "focus true then Finished (3)",
                "focus true then Finished (4)",
                "Finished (4), first, a, b, c",
            ]
        )
    }

    func testWhatSomebodyLooksAtStaysInSight() throws {
        XCTAssertEqual(try run("scroll"), ["top 0", "stays yes", "top 0", "Finished (101), first"])
    }

    func testARowsButtonStartsItsTaskAgainIfThatMayBe() throws {
        XCTAssertEqual(
            try run("retry"),
            [
                #"failed ["view-refresh-symbolic", "Copy"]"#, #"failed ["Copy"]"#, "completed []",
                #"gone ["b", "c", "a"] ["Copy"]"#, #"[] ["Copy"]"#,
            ]
        )
    }

    func testATaskThatIsTiedToAWidgetIsCancelledWithItAndDoesNotKeepIt() throws {
        XCTAssertEqual(
            try run("destroy"),
            [
                "same true connections 2 2", "window 0 true cancelled pending", "running cancelled widgetDestroyed",
                "waiting cancelled widgetDestroyed", "other completed ", "connections 0", "window 0",
            ]
        )
    }

    func testNothingOfATaskThatHasEndedStaysOnTheWidget() throws {
        XCTAssertEqual(
            try run("ties"),
            [
                "connections few 0", "connections 0 completed", "during widgetDestroyed", "after pending",
                "after cancelled window 0", "window 0",
            ]
        )
    }
}
