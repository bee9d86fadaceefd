import Foundation
import TestSupport
import XCTest

/// What of a program's objects is not finalised at its end.
struct Leftovers {
    /// What makes the program tell.
    let environment: [String: String?]
    private let report: String
    private let allowed: [[String]]

    /// - Parameters:
    ///   - allowed: The types of those that may be left, all of one of these.
    ///   - dispatches: Whether its main loop goes on until then: the bus still tells of ends.
    init(allowing allowed: [[String]] = [[]], dispatches: Bool = true, for test: XCTestCase) throws {
        self.allowed = allowed.map { $0.sorted() }
        report = try "\(Folder(for: test).path)/objects"
        environment = try ObjectCensus.shared.get()
            .environment(report: report, allowed: self.allowed, dispatches: dispatches)
    }

    /// Checks what is left; once the program has ended by itself.
    func check(file: StaticString = #filePath, line: UInt = #line) throws {
        let types = try String(contentsOfFile: report, encoding: .utf8).split(separator: "\n").map(String.init)
        if !allowed.contains(types) { XCTAssertEqual(types, allowed[0], file: file, line: line) }
    }

    /// What GTK keeps where there are assistive technologies: a connection to their bus.
    static let accessibility = [
        "GCancellable", "GDBusAuth", "GDBusConnection", "GSocket", "GSocketInputStream", "GSocketOutputStream", "GTask",
        "GUnixConnection", "GUnixSocketAddress", "GtkAtSpiCache", "GtkAtSpiRoot",
    ]

    /// What GTK 4.8 never releases of a popover that is open when its window is destroyed, and sometimes of one that was: itself,
    /// without what was in it.
    static let popover = [
        "GListStore of GtkShortcutController", "GListStore of GtkShortcutController", "GSimpleAction",
        "GSimpleActionGroup", "GtkActionMuxer", "GtkBinLayout", "GtkCssNode", "GtkCssWidgetNode", "GtkCssWidgetNode",
        "GtkEventControllerFocus", "GtkEventControllerKey", "GtkFlattenListModel", "GtkFlattenListModel", "GtkPopover",
        "GtkPopoverContent", "GtkShortcutController", "GtkShortcutController", "GtkShortcutController",
        "GtkStyleContext", "GtkStyleContext",
    ]
}
