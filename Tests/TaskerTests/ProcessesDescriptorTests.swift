import TestSupport
import XCTest

/// An application that has run out of descriptors.
final class ProcessesDescriptorTests: XCTestCase {
    override func setUpWithError() throws {
        #if TASKER_THREAD_SANITIZER
        throw XCTSkip("The sanitizer needs descriptors itself, for reports that are suppressed, too.")
        #endif
    }

    private func assertClearErrors(_ host: Host, file: StaticString = #filePath, line: UInt = #line) {
        let few = host.values("few").map { $0.split(separator: " ").last.map(String.init) }
        XCTAssertEqual(Set(few).subtracting(["fine", "spawnFailed"]), [], file: file, line: line)
        for text in host.values("text") {
            XCTAssertTrue(text.hasPrefix("The system gave no descriptor"), text, file: file, line: line)
        }
        XCTAssertEqual(Set(host.values("many")), ["process fine", "command fine"], file: file, line: line)
    }

    func testTheFirstChildOfAnApplicationWithoutDescriptorsFailsClearlyAndLaterOnesRun_4() throws {
        for free in [0, 3, 6, 9, 12] {
            let host = try runHost("exhausted", "cold", "\(free)", "\(free)")
            XCTAssertEqual(host.values("few").count, 2)
            XCTAssertTrue(host.values("few").contains { $0.hasSuffix("spawnFailed") })
            assertClearErrors(host)
        }
    }

    func testAChildFailsClearlyWhicheverDescriptorItCannotHave_4() throws {
        let host = try runHost("exhausted", "warm", "0", "40")
        XCTAssertEqual(host.values("few").count, 82)
        assertClearErrors(host)
        XCTAssertEqual(
            Set(host.values("few")),
            ["process fine", "process spawnFailed", "command fine", "command spawnFailed"]
        )
    }

    func testEveryTaskEndsWhileDescriptorsComeAndGo_4() throws {
        let host = try runHost("flicker")
        XCTAssertEqual(host.values("few").count, 300)
        assertClearErrors(host)
    }

    func testACommandIsKilledAfterItsGracePeriodAlsoWithoutDescriptors_14() throws {
        let host = try runHost("cancelWithoutDescriptors")
        XCTAssertEqual(host.values("done"), ["command cancelled"])
        assertGone(host.values("pid").compactMap { pid_t($0) })
    }
}
