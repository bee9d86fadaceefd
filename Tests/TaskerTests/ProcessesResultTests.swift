import XCTest

/// What a task in a worker process reports, results in and throws.
final class ProcessesResultTests: XCTestCase {
    func testEventsArriveInOrderBeforeWhenDoneAndTheLastIsThere_8_9() throws {
        let host = try runHost("process", "sum", "500")
        XCTAssertEqual(host.values("event"), (1...500).map { "added \($0)" })
        XCTAssertEqual(host.value("done"), "work completed")
        XCTAssertEqual(host.value("value"), "125250")
        let done = try XCTUnwrap(host.lines.firstIndex { $0.hasPrefix("done ") })
        let last = try XCTUnwrap(host.lines.lastIndex { $0.hasPrefix("event ") })
        XCTAssertLessThan(last, done)
        XCTAssertEqual(host.values("done").count, 1)
    }

    func testAnErrorOfARegisteredTypeKeepsItsType() throws {
        let host = try runHost("process", "throwing", "typed")
        XCTAssertEqual(host.value("done"), "work failed")
        XCTAssertEqual(host.value("error"), "Refusal Refusal(why: \"no paper\", number: 7)")
    }

    func testAnyOtherErrorArrivesWithItsTypesNameAndDescription() throws {
        let host = try runHost("process", "throwing", "private")
        XCTAssertEqual(host.value("done"), "work failed")
        XCTAssertEqual(host.value("code"), "remoteError")
        let text = try XCTUnwrap(host.value("text"))
        XCTAssertTrue(text.contains("Private") && text.contains("ink"), text)
    }

    func testAResultThatCannotBeEncodedFailsTheTask_4() throws {
        let host = try runHost("process", "unencodable")
        XCTAssertEqual(host.value("done"), "work failed")
        // The worker's own error, described.
        XCTAssertTrue(try XCTUnwrap(host.value("text")).contains("could not be encoded"))
        XCTAssertEqual(host.value("code"), "encodingFailed")
    }

    func testAResultOverTheLimitOfAFrameFailsTheTask_4() throws {
        let host = try runHost("process", "large")
        XCTAssertEqual(host.value("done"), "work failed")
        XCTAssertEqual(host.value("code"), "frameTooLarge")
    }

    func testATypeThatWasNotRegisteredFailsWithWhatToAdd_4() throws {
        let host = try runHost("unregistered")
        XCTAssertEqual(host.value("done"), "work failed")
        XCTAssertEqual(host.value("code"), "unregisteredType")
        XCTAssertTrue(try XCTUnwrap(host.value("text")).contains("Forgotten.self to WorkerProcess.serveIfRequested"))
    }

    func testWhatATaskPrintsGoesToStandardErrorAndCorruptsNothing() throws {
        let host = try runHost("process", "printing")
        XCTAssertEqual(host.value("value"), "nothing to read")
        XCTAssertFalse(host.lines.contains { $0.contains("garbage") })
        XCTAssertEqual(
            host.errors.split(separator: "\n").filter { $0.hasSuffix("garbage on standard output") }.count,
            100
        )
    }

    func testBytesThatAreNoFrameEndTheWorkerWithAClearError_4() throws {
        let host = try runHost("process", "vandal")
        XCTAssertEqual(host.value("done"), "work failed")
        XCTAssertEqual(host.value("code"), "protocolViolation")
    }

    func testTheMainActorWorksInAWorker() throws {
        XCTAssertEqual(try runHost("process", "main-actor").value("value"), "12")
    }

    func testNothingOfATaskIsPublishedAfterItsEnd_2_7_24() throws {
        let host = try runHost("updates")
        for number in 0..<4 {
            let name = "sum-\(number)"
            let updates = host.values("update").filter { $0.hasPrefix(name + " ") }.map { $0.split(separator: " ") }
            let states = updates.map { $0[1] }
            XCTAssertEqual(states.last, "completed")
            let ranks = states.map { ["pending", "running", "completed"].firstIndex(of: $0) ?? 9 }
            XCTAssertEqual(ranks, ranks.sorted(), "\(states)")
            XCTAssertEqual(states.filter { $0 == "completed" }.count, 1)
            let progress = updates.compactMap { Double($0[2]) }
            XCTAssertEqual(progress, progress.sorted())
            XCTAssertEqual(progress.last, 1)
            XCTAssertEqual(updates.last?.suffix(2).joined(separator: " "), "added 200")
            XCTAssertEqual(host.values("event").filter { $0.hasPrefix(name + " ") }, (1...200).map { "\(name) \($0)" })
            XCTAssertEqual(host.values("done").filter { $0.hasPrefix(name) }, ["\(name) completed true"])
            let done = try XCTUnwrap(host.lines.firstIndex { $0.hasPrefix("done \(name)") })
            let after = host.lines[(done + 1)...].filter { $0.contains(name + " ") }
            XCTAssertEqual(after, [])
        }
    }

    func testNoCallOnTheMainThreadWaitsForAWorker_28() throws {
        // A spawn of a worker takes 20 ms and more until it answers, a worker's end 5; twenty of each.
        let milliseconds = try XCTUnwrap(try runHost("calls").value("milliseconds").flatMap { Int($0) })
        XCTAssertLessThan(milliseconds, 50)
    }
}
