import TestSupport
import XCTest

/// Tests after which no object of GLib or GTK is left that was not there before.
class ObjectTestCase: XCTestCase {
    // Before the first class of this package's objects and of GTK's is used: only these tests use any.
    private static let census = Result { try ObjectCensus.shared.get().load() }
    private var before: [String] = []

    /// The type of each object that is there.
    static func objects() throws -> [String] {
        try census.get()()
    }

    override func setUpWithError() throws {
        before = try Self.objects()
    }

    override func tearDownWithError() throws {
        XCTAssertEqual(try Self.objects(), before)
    }
}
