import Foundation
import Glibc
import XCTest

/// What process tasks and commands may use of the machine.
final class ProcessesLimitTests: XCTestCase {
    func testAWorkerBeyondItsLimitIsEndedAndToldAsThat() throws {
        let host = try runHost("limits", "process")
        XCTAssertEqual(host.values("code"), ["limitExceeded", "limitExceeded"])
        check(
            host.values("text"),
            "The worker process of \"memory\" was ended, because it used # MB of memory, and its limit is 200.0 MB.",
            "The worker process of \"processor\" was ended, because it used # seconds of processor time, and its limit is 0.2 seconds."
        )
        XCTAssertEqual(host.value("left"), "0")
    }

    /// The first number of each is what was used, and more than the limit, the last one.
    private func check(_ texts: [String], _ expected: String..., line: UInt = #line) {
        var shown: [String] = []
        for text in texts {
            let words = text.replacingOccurrences(of: "\u{A0}", with: " ").components(separatedBy: " ")
            let numbers = words.indices.filter { Double(words[$0]) != nil }
            // With a sanitizer it is more.
            let unit = words.firstIndex(of: "GB") == nil ? 1.0 : 1000.0
            XCTAssertEqual(numbers.count, 2, text, line: line)
            guard let used = numbers.first, let limit = numbers.last else { continue }
            XCTAssertGreaterThan((Double(words[used]) ?? 0) * unit, Double(words[limit]) ?? 0, text, line: line)
            let told = words.enumerated().map { $0.offset == used ? "#" : $0.element == "GB" ? "MB" : $0.element }
            shown.append(told.joined(separator: " "))
        }
        XCTAssertEqual(shown, expected, line: line)
    }

    func testTheSystemKeepsAWorkerToItsLimitsAndTheNextTaskHasThemNot() throws {
        let values = try runHost("limits", "process").values("value")
        guard values.count == 5 else { return XCTFail("\(values)") }
        // So many descriptors, and memory that is another process's as well for a moment.
        XCTAssertEqual(values[1...2], ["true", "true"])
        let (before, limited, after) = (values[0].words, values[3].words, values[4].words)
        XCTAssertEqual(limited.prefix(2), ["\(niceness + 3)", "900"])
        XCTAssertEqual(before[1], after[1])
        XCTAssertNotEqual(limited.last, after.last)
        // The system ends a worker before the application.
        let own = try XCTUnwrap(Int(String(contentsOfFile: "/proc/self/oom_score_adj", encoding: .utf8).words[0]))
        XCTAssertEqual(Int(before[1]), min(own + 200, 1000))
    }

    private var niceness: Int {
        Int(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
    }

    func testACommandBeyondItsLimitIsEndedWithWhatItStarted() throws {
        let host = try runHost("limits", "command")
        XCTAssertEqual(host.values("code"), ["limitExceeded", "limitExceeded"])
        check(
            host.values("text"),
            "sh was ended, because it used # MB of memory, and its limit is 200.0 MB.",
            "sh was ended, because it used # seconds of processor time, and its limit is 0.2 seconds."
        )
        XCTAssertEqual(host.value("left"), "0")
    }

    func testTheSystemKeepsACommandToItsLimits() throws {
        XCTAssertEqual(try runHost("limits", "command").value("told"), "40\\n\(niceness + 3)\\n900")
    }

    func testACommandThatHasEndedBeforeItHasItsLimitsHasEnded() throws {
        let host = try runHost("limits", "hurry")
        XCTAssertEqual(host.values("state"), Array(repeating: "completed", count: 50))
    }

    func testALimitThatTheSystemDoesNotAllowIsToldAndNothingRunsWithoutIt() throws {
        let host = try runHost("limits", "refused")
        let text =
            "The system does not allow this process \(Int.max) open files; choose limits as the application's own, or stricter."
        XCTAssertEqual(host.values("text"), [text, text])
        XCTAssertEqual(host.values("code"), ["spawnFailed", "spawnFailed"])
        XCTAssertEqual(host.value("alive"), "true")
    }
}

extension String {
    fileprivate var words: [Substring] {
        split(whereSeparator: \.isWhitespace)
    }
}
