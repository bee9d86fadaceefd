import TestSupport
import XCTest

/// Tests after which no object of GLib or GTK is left that was not there before.
class ObjectTestCase: XCTestCase {
    // Before the first class of objects is used: only these tests use any.
    private static let census = Result { try ObjectCensus.shared.get().load() }
    private var before: [String] = []

    override func setUpWithError() throws {
        before = try Self.census.get()()
    }

    override func tearDownWithError() throws {
        XCTAssertEqual(try Self.census.get()(), before)
    }
}
