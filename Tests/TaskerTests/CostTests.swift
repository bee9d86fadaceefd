import XCTest

/// Promises 20, 35 and 36, counted in a program of its own: allocations, system calls, and what is left to be waited for.
final class CostTests: XCTestCase {
    #if !TASKER_THREAD_SANITIZER
    // The sanitizer brings its own allocator, and calls the system whenever it likes.

    func testPromise20AMillionReportsAllocateNothingAndMakeNoSystemCall() throws {
        let host = try runHost("reports")
        XCTAssertEqual(host.value("allocations"), "0")
        try XCTSkipIf(host.value("silent") == "unknown", "This system has no strict mode.")
        XCTAssertEqual(host.value("silent"), "yes")
    }

    func testPromise35WhatOneTaskAllocatesDoesNotDependOnHowManyThereAre() throws {
        let host = try runHost("costs")
        for name in ["submit", "cancel", "publish"] {
            let bytes = host.values(name).compactMap(Int.init)
            XCTAssertEqual(bytes.count, 2)
            XCTAssertEqual(bytes.first, bytes.last, name)
            XCTAssertGreaterThan(bytes.first ?? 0, 0, "Nothing was counted.")
        }
    }
    #endif

    func testPromise36AnIdleManagerHasNothingThatWakes() throws {
        let host = try runHost("idle")
        XCTAssertEqual(host.value("wakes"), "false")
    }
}
