import XCTest

/// A program that has nothing but a GLib loop of its own.
final class ProcessesLoopTests: XCTestCase {
    func testEveryKindOfTaskWorksOnAPlainLoop() throws {
        let host = try runHost("plain")
        XCTAssertEqual(Set(host.values("value")), ["coroutine 1", "thread 2", "process 3", "command 4"])
    }

    func testTheMainActorWorksOnAPlainLoop_33() throws {
        let host = try runHost("bridge")
        XCTAssertEqual(host.value("task"), "true")
        XCTAssertEqual(host.value("value"), "10 true")
        XCTAssertEqual(host.value("idle"), "true")
    }

    func testCoroutinesThatKeepEveryThreadHoldUpNoChild_4_14_31() throws {
        let host = try runHost("busy")
        XCTAssertEqual(Set(host.values("done")), ["run completed", "command cancelled", "worker cancelled"])
        XCTAssertEqual(host.value("failed"), "0", host.value("error") ?? "")
        XCTAssertEqual(host.value("shut"), "")
    }

    func testDescriptorsChildrenAndThreadsAreBackAfterManyTasks_34() throws {
        let host = try runHost("leak")
        XCTAssertEqual(host.value("back"), "")
    }
}
