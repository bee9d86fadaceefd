import Foundation
import Glibc
import XCTest

/// A display and a session bus of a test's own, with nothing on them but what the test starts.
struct Desktop {
    let environment: [String: String?]

    /// Skips the test where programs are missing.
    init(for test: XCTestCase) throws {
        let check = try test.run("command -v Xvfb dbus-daemon && \(Self.python) -c 'import pyatspi'")
        try XCTSkipUnless(check.status == 0, "What windows are tested with is missing; “.ci/setup tests” installs it.")
        let home = try Folder(for: test)
        var environment = Self.without
        for variable in ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            environment[variable] = home.path
        }
        environment["GTK_A11Y"] = "atspi"
        environment["GSETTINGS_BACKEND"] = "memory"
        // GLib's fatal warnings are traps, after which Swift's tracer of crashes would let the program go on.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        // The pointer rests in the middle, where no window is: GTK never releases a tooltip.
        // It writes the number of the display, one that is free, when it accepts programs. Without -noreset it would
        // turn programs away for a moment whenever the last one has left, be it one that only came to look.
        let display = try Program(
            Self.untilTestsEnd + ["Xvfb", "-displayfd", "1", "-screen", "0", "2400x1600x24", "-noreset"],
            environment: environment,
            for: test
        )
        environment["DISPLAY"] = ":\(try XCTUnwrap(display.nextLine(), "Xvfb said nothing."))"
        let bus = try Program(
            Self.untilTestsEnd + ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
            environment: environment,
            for: test
        )
        environment["DBUS_SESSION_BUS_ADDRESS"] = try XCTUnwrap(bus.nextLine(), "The bus said nothing.")
        self.environment = environment
    }

    /// What they serve ends with them, also when the tests were killed.
    private static let untilTestsEnd = ["setpriv", "--pdeathsig", "TERM"]

    /// The system's, which Debian's packages are made for.
    static let python = "/usr/bin/python3"

    /// What a developer's own session must not change.
    private static let without: [String: String?] = [
        "WAYLAND_DISPLAY": nil, "AT_SPI_BUS_ADDRESS": nil, "NO_AT_BRIDGE": nil, "GTK_THEME": nil, "GTK_DEBUG": nil,
        "GTK_MODULES": nil, "GDK_BACKEND": nil, "GDK_SCALE": nil, "GSK_RENDERER": nil,
    ]
}
