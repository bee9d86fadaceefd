import Foundation
import XCTest

/// A task's body that touches GTK does not compile.
///
/// Each file of `Misuse` says behind its lines what is wrong with them; the one of the right use says nothing.
final class MisuseTests: XCTestCase {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Misuse")

    private func check(_ name: String, expecting count: Int, line: UInt = #line) throws {
        let file = Self.folder.appendingPathComponent("\(name).swift")
        let expected = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated().compactMap { index, text in
                text.range(of: "// error: ").map { (line: index + 1, words: text[$0.upperBound...]) }
            }
        XCTAssertEqual(expected.count, count, line: line)
        let errors = try Compiler().errors(in: file)
        // One thing that is wrong may be two errors.
        XCTAssertEqual(Set(errors.map(\.line)), Set(expected.map(\.line)), "\(errors)", line: line)
        for (number, words) in expected {
            XCTAssertTrue(errors.contains { $0.line == number && $0.message.contains(words) }, "\(errors)", line: line)
        }
    }

    func testTheRightUseCompilesWithTheSameFlags() throws {
        try check("RightUse", expecting: 0)
    }

    func testAThreadCannotTouchAWidget() throws {
        try check("WidgetInThread", expecting: 3)
    }

    func testACoroutineCannotTouchAWidgetWithoutGoingToTheMainActor() throws {
        try check("WidgetInCoroutine", expecting: 3)
    }

    func testABodyCannotTakeAPointerToAWidgetAlong() throws {
        try check("PointerInThread", expecting: 1)
    }

    func testABodyCannotTieATaskToAWidget() throws {
        try check("TieInThread", expecting: 1)
    }
}
