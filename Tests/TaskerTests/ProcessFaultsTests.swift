import Foundation
import XCTest

/// The tables of what can go wrong with processes, in the documentation.
final class ProcessFaultsTests: XCTestCase {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let article = tests.appendingPathComponent(
        "../../Sources/Tasker/Documentation.docc/ProcessFaults.md"
    )

    func testEachRowNamesATestThatIsThere() throws {
        let rows = try String(contentsOf: Self.article, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("|") && !$0.hasPrefix("|---") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
            .filter { $0.last != "Test" }
        XCTAssertGreaterThanOrEqual(rows.count, 25)
        XCTAssertTrue(rows.allSatisfy { $0.count == 4 })
        for name in rows.compactMap(\.last) {
            let parts = name.split(separator: ".").map(String.init)
            guard parts.count == 2 else { return XCTFail("\(name) is no test.") }
            let file = Self.tests.appendingPathComponent("\(parts[0]).swift")
            let source = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            XCTAssertTrue(source.contains("class \(parts[0]): XCTestCase"), "There is no suite \(parts[0]).")
            XCTAssertTrue(source.contains("func \(parts[1])()"), "There is no test \(name).")
        }
    }
}
