import XCTest

/// Promises 19 and 22 of a worker's task: units travel, and so does that progress was forgotten.
final class ProcessesProgressTests: XCTestCase {
    func testUnitsAndANewReckoningTravel_19_22() throws {
        let host = try runHost("measured")
        XCTAssertEqual(host.value("stage1"), "10.0 of 40.0 pages")
        XCTAssertEqual(host.value("stage2"), "unknown of 40.0 pages")
        XCTAssertEqual(host.value("stage3"), "5.0 of 40.0 pages")
        XCTAssertEqual(host.value("stage4"), "2.0 of 40.0 pages")
    }

    func testAWorkerHasNoMainThreadToCall() throws {
        let host = try runHost("measured")
        XCTAssertEqual(host.value("code5"), "unavailableInWorker")
        XCTAssertNil(host.value("code4"))
    }
}
