import XCTest

/// What workers log arrives at the application's logger.
final class ProcessesLogTests: XCTestCase {
    func testAWorkersRecordsArriveWithTheTasksNames() throws {
        let host = try runHost("logs", "info")
        XCTAssertEqual(
            host.values("log"),
            [
                "info TaskerTestHost own: key=key kind=process list=[\"1\", \"2\"] logger=tasker name=talkative path=a b",
                "warning TaskerTestHost of a library: error=Failure() key=key kind=process logger=library name=talkative version=2",
            ]
        )
        XCTAssertEqual(host.value("value"), "1")
    }

    func testTheLevelOfTheApplicationDecides() throws {
        let messages = try runHost("logs", "debug").values("log").filter { $0.contains("TaskerTestHost") }
        XCTAssertEqual(
            messages.map { String($0.prefix { $0 != ":" }) },
            ["debug hidden", "info own", "warning of a library", "debug hidden"].map {
                let words = $0.split(separator: " ", maxSplits: 1)
                return "\(words[0]) TaskerTestHost \(words[1])"
            }
        )
    }

    func testWithoutALoggerNothingIsSent() throws {
        let host = try runHost("logs", "none")
        XCTAssertEqual(host.values("log"), [])
        XCTAssertEqual(host.value("value"), "1")
    }
}
