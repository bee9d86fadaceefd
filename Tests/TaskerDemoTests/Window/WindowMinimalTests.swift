import Foundation
import XCTest

/// The README's example, as its readers will have it.
final class WindowMinimalTests: XCTestCase {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func text(of file: String) throws -> String {
        try String(contentsOf: Self.root.appendingPathComponent(file), encoding: .utf8)
    }

    func testTheExampleIsTheReadmes() throws {
        let example = try text(of: "Demo/Minimal/main.swift")
        let block = "\n```swift\n\(example)```\n"
        XCTAssertTrue(try text(of: "README.md").contains(block), "One of them was changed alone.")
        XCTAssertLessThan(example.split(separator: "\n", omittingEmptySubsequences: false).count, 60)
    }

    func testItsButtonRunsATaskThatItsBarShowsAndClosingEndsIt() throws {
        let window = try Window(of: "TaskerMinimal", on: Desktop(for: self), for: self)
        XCTAssertEqual(try window.look().all("progress bar").map(\.value), [0])
        try window.press("Estimate π")
        var values: [Double] = []
        let tree = try window.wait { tree in
            values += tree.all("progress bar").compactMap(\.value)
            return tree.name.hasPrefix("π ≈ 3.1")
        }
        XCTAssertEqual(values, values.sorted())
        // GTK tells assistive technologies of no change that is smaller than a thousandth.
        XCTAssertEqual(try XCTUnwrap(tree.all("progress bar").first?.value), 1, accuracy: 0.001)
        try window.close()
    }

    func testClosingDoesNotWaitForTheTask() throws {
        let window = try Window(of: "TaskerMinimal", on: Desktop(for: self), for: self)
        try window.press("Estimate π")
        try window.wait { tree in tree.all("progress bar").contains { $0.value ?? 0 > 0 } }
        try window.close()
        assertNobodyIsLeft(of: window.demo.family)
    }
}
