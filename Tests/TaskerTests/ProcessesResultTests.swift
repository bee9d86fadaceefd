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

    /// How a task ends whose arguments and result get no further than to a step of their way.
    private func check(_ step: String, _ code: String, _ text: String, line: UInt = #line) throws {
        let host = try runHost("process", "travelling", step)
        XCTAssertEqual(host.value("done"), "work failed", line: line)
        XCTAssertEqual(host.value("code"), code, line: line)
        XCTAssertTrue(host.value("text")?.contains(text) == true, host.value("text") ?? "", line: line)
    }

    func testArgumentsThatCannotBeEncodedFailTheTask_4() throws {
        try check("encodeArguments", "encodingFailed", "The arguments of Travelling could not be encoded")
    }

    func testArgumentsThatTheWorkerCannotDecodeFailTheTask_4() throws {
        try check("decodeArguments", "decodingFailed", "The worker could not decode the arguments of Travelling")
    }

    func testAResultThatCannotBeEncodedFailsTheTask_4() throws {
        try check("encodeResult", "encodingFailed", "The result of Travelling could not be encoded")
    }

    func testAResultThatCannotBeDecodedFailsTheTask_4() throws {
        try check("decodeResult", "decodingFailed", "The result of \"work\" could not be decoded")
    }

    func testArgumentsOverTheLimitOfAFrameFailTheTask_4() throws {
        let host = try runHost("process", "burdened")
        XCTAssertEqual(host.value("done"), "work failed")
        XCTAssertEqual(host.value("code"), "frameTooLarge")
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

    func testAWorkerGoesOnWhenItsEventsHaveBeenHandled_8() throws {
        for way in ["async", "sync"] {
            let host = try runHost("asking", way)
            XCTAssertEqual(host.value("value"), "50", way)
            XCTAssertEqual(host.values("event"), (0..<50).map { "\($0)" }, way)
        }
    }

    func testAWorkerThatWaitsForAHandlerIsReleasedByACancel() throws {
        for way in ["async", "sync"] {
            let host = try runHost("asking", way, "cancel")
            XCTAssertEqual(host.value("done"), "asking cancelled", way)
            XCTAssertEqual(host.value("cancel"), "true", way)
            XCTAssertEqual(host.values("event"), ["0", "1", "2"], way)
        }
    }

    func testAThreadThatATaskLeftBehindInItsWorkerIsReleased() throws {
        XCTAssertEqual(try runHost("leftBehind").values("released"), ["true", "true"])
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
