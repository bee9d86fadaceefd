import XCTest

/// Shared buffers between the application and its workers.
final class ProcessesSharedTests: XCTestCase {
    func testBothSidesHaveTheSameMemoryAndNothingIsLeftOfIt() throws {
        let host = try runHost("shared", "direct")
        XCTAssertEqual(Set(host.values("shared")), ["3:2,3,4 0: 1048576:1,1,1"])
        XCTAssertEqual(Set(host.values("event")), ["3:7,8,9"])
        XCTAssertEqual(Set(host.values("result")), ["3:42,42,42"])
        XCTAssertEqual(host.values("result").count, 100)
        XCTAssertEqual(host.value("held"), "true")
        XCTAssertEqual(host.values("left"), ["2:5,0"])
        XCTAssertEqual(host.values("retried"), ["1:5"])
        XCTAssertEqual(host.value("unknown"), "unregisteredType")
        XCTAssertEqual(host.value("mistaken"), "1:1 1:2")
        XCTAssertEqual(host.values("lost"), ["sharedBufferUnavailable 1:1"])
        XCTAssertEqual(host.values("found"), ["1:2"])
        XCTAssertEqual(host.value("starved"), "sharedBufferUnavailable")
        XCTAssertEqual(host.value("fed"), "20")
        XCTAssertEqual(host.value("descriptors"), "0")
        XCTAssertEqual(host.value("more"), "none")
        XCTAssertEqual(host.value("mappings"), "0")
        XCTAssertNil(host.value("error"))
    }

    func testBehindALauncherEachSideHasACopy() throws {
        let host = try runHost("shared", "relayed")
        XCTAssertEqual(Set(host.values("shared")), ["3:1,2,3 0: 1048576:0,0,0"])
        XCTAssertEqual(Set(host.values("event")), ["3:7,8,9"])
        XCTAssertEqual(Set(host.values("result")), ["3:42,42,42"])
        XCTAssertEqual(host.values("left"), ["2:0,0"])
        XCTAssertNil(host.value("error"))
    }
}
