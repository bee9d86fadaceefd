import XCTest

/// What services on a private session bus are told of tasks, and that nothing is different without one.
final class DesktopTests: XCTestCase {
    /// Runs a scenario of the host; any warning of GLib or GTK ends it, and no object is left.
    private func run(
        _ scenario: String,
        _ arguments: [String] = [],
        in environment: [String: String?],
        isCounted: Bool
    ) throws -> [String] {
        let leftovers = try Leftovers(for: self)
        let host = try Program(
            [path(of: "TaskerGTKTestHost"), scenario] + arguments,
            environment: environment.merging(isCounted ? leftovers.environment : [:]) { $1 },
            for: self
        )
        XCTAssertEqual(host.finish(), 0, host.errors)
        if isCounted { try leftovers.check() }
        return host.lines
    }

    /// The lines of a scenario, and those where nobody on the bus wants to know, and where there is no bus.
    private func assertLines(
        _ lines: [String],
        alone: [String]? = nil,
        of scenario: String,
        isCounted: Bool = true,
        line: UInt = #line
    ) throws {
        var environment = try desktop.get().environment
        // It would warn that there is no bus.
        environment["GTK_A11Y"] = "none"
        environment["LC_ALL"] = "C.UTF-8"
        XCTAssertEqual(try run(scenario, in: environment, isCounted: isCounted), lines, line: line)
        let alone = alone ?? lines
        XCTAssertEqual(
            try run(scenario, ["--alone"], in: environment, isCounted: isCounted),
            alone,
            "without services",
            line: line
        )
        environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=\(path(of: "none"))"
        XCTAssertEqual(try run(scenario, in: environment, isCounted: isCounted), alone, "without a bus", line: line)
    }

    private lazy var desktop = Result { try Desktop(for: self) }

    func testTheApplicationStaysWhileATaskRuns() throws {
        try assertLines(["quit state completed"], of: "hold")
        try assertLines(["quit state running"], of: "no-hold")
    }

    func testTheApplicationStaysForWhatItsActivationAndTheEndOfATaskSubmit() throws {
        try assertLines([#"quit ["first", "second"]"#], of: "hold-chain")
    }

    func testAnApplicationThatDoesNotStartIsNotKept() throws {
        try assertLines(["status 1"], of: "hold-nothing")
    }

    func testTheDesktopIsToldOfTheEndOfTheApplication() throws {
        let icon = "('application://io.github.tasker.Test.desktop', {'count': <int64 0>, 'count-visible': <false>, "
        let lock = "Inhibit('io.github.tasker.Test', 0, 'a', 5)"
        try assertLines(
            [
                "before \(lock) 1",
                "after \(lock) Uninhibit(7,) \(icon)'progress': <0.0>, 'progress-visible': <false>})",
            ],
            alone: ["before  0", "after  "],
            of: "end"
        )
    }

    func testWhatEndsLastIsToldAlthoughTheApplicationEndsWithIt() throws {
        // GLib 2.74 crashes when a notification is answered after the application has gone, so nobody waits for that, and only the
        // application is counted.
        try assertLines(
            [#"quit ["Notify"]"#, "left 0"],
            alone: ["quit []", "left 0"],
            of: "end-notify",
            isCounted: false
        )
    }

    func testQuittingAsksWhatToDoAboutATask() throws {
        let question = ["windows 2", "windows 1 state running"]
        try assertLines(question + ["quit state completed running false"], of: "quit-wait")
        try assertLines(question + ["quit state cancelled running false"], of: "quit-cancel")
        try assertLines(question + ["quit state running running true"], of: "quit-anyway")
        try assertLines(["windows 1 state running", "windows 1", "quit state completed"], of: "quit-stay")
    }

    func testWhoWaitsWaitsForWhatTheEndOfATaskSubmits() throws {
        try assertLines(["windows 2", #"quit ["first", "second"] completed"#], of: "quit-chain")
    }

    func testWhoGoesOnDoesNotWaitAnyMore() throws {
        try assertLines(["running true", "quit completed"], of: "quit-regret")
    }

    /// Fifty tasks that overlap need one lock, from ten seconds on, until five seconds after the last.
    private func assertOneLock(_ lock: String, _ release: String, in scenario: String, line: UInt = #line) throws {
        try assertLines(
            ["before ", "during \(lock)", "rest \(lock)", "after \(lock) \(release)"],
            alone: ["before ", "during ", "rest ", "after "],
            of: scenario,
            line: line
        )
    }

    func testFiftyTasksTakeOneLockAgainstSuspend() throws {
        try assertOneLock("Inhibit('io.github.tasker.Test', 0, 'export', 5)", "Uninhibit(7,)", in: "inhibit")
        try assertOneLock("Inhibit('', 5, {'reason': <'export'>})", "Close()", in: "inhibit-portal")
        try assertOneLock("Inhibit('io.github.tasker.Test', 'export')", "UnInhibit(9,)", in: "inhibit-power")
    }

    func testWhereTheDesktopRefusesAPortalsLockAnotherOneIsAsked() throws {
        try assertLines(
            ["Inhibit('', 5, {'reason': <'a'>})", "Inhibit('io.github.tasker.Test', 'a') UnInhibit(9,)"],
            alone: ["", ""],
            of: "inhibit-refused"
        )
    }

    func testWhatEndsWhileNobodyLooksIsOneNotification() throws {
        func notify(_ replaced: Int, _ title: String, _ text: String) -> String {
            let hints = "{'desktop-entry': <'io.github.tasker.Test'>, 'urgency': <byte 0x01>}"
            return "Notify('TaskerGTKTestHost', \(replaced), '', '\(title)', '\(text)', ['default', ''], \(hints), -1)"
        }
        try assertLines(
            [
                "early ",
                "one \(notify(0, "a", "Completed"))",
                "more \(notify(1, "5 tasks have ended", "Completed: a, b, c and 1 more\\nFailed: f"))",
                "activated",
                "another \(notify(0, "long", "Completed"))",
                "looked CloseNotification(1,)",
                "seen ",
            ],
            alone: ["early ", "one ", "more ", "another ", "looked ", "seen "],
            of: "notify"
        )
    }

    func testTheIconIsToldNoMoreThanTenTimesASecondAndRightAtTheEnd() throws {
        func update(_ count: Int, _ progress: Double, visible: Bool) -> String {
            "\(count) ('application://io.github.tasker.Test.desktop', {'count': <int64 \(visible ? 1 : 0)>, "
                + "'count-visible': <\(visible)>, 'progress': <\(progress)>, 'progress-visible': <\(progress > 0)>})"
        }
        try assertLines(
            [
                "early 0 ",
                "shown \(update(1, 0, visible: true))",
                "second \(update(9, 0.5, visible: true))",
                "resting \(update(9, 0.5, visible: true))",
                "ended \(update(10, 0, visible: false))",
            ],
            alone: ["early 0 ", "shown 0 ", "second 0 ", "resting 0 ", "ended 0 "],
            of: "launcher"
        )
        try assertLines(["signals 0 calls requestView"], alone: ["signals 0 calls "], of: "launcher-jobs")
    }

    func testAJobOfKDEPausesAndCancelsItsTask() throws {
        let names = ["first", "second"]
        let requests = names.map { name in
            "requestView('io.github.tasker.Test', 3, {'immediate': <true>, 'infoMessage': <''>, "
                + "'suspended': <false>, 'title': <'\(name)'>, 'transient': <false>})"
        }
        let updates = names.map { "update({'infoMessage': <''>, 'suspended': <false>, 'title': <'\($0)'>},)" }
        try assertLines(
            [
                "early ",
                "shown \((requests + updates).joined(separator: " "))",
                "paused update({'suspended': <true>},)",
                "resumed update({'suspended': <false>},)",
                "cancelled terminate(1, '', {})",
                "ended update({'percent': <uint32 100>},) terminate(0, '', {})",
            ],
            alone: ["early ", "shown ", "paused ", "resumed ", "cancelled ", "ended "],
            of: "jobs"
        )
    }

    func testThereAreOnlySoManyJobsAtATime() throws {
        try assertLines(
            [
                #"shown ["requestView 32", "update 32"]"#,
                #"next ["requestView 2", "terminate 2", "update 4"]"#,
                #"ended ["requestView 1", "terminate 33", "update 34"]"#,
            ],
            alone: ["shown []", "next []", "ended []"],
            of: "jobs-many"
        )
    }
}
