import XCTest

/// Workers that are kept for the next task.
final class ProcessesPoolTests: XCTestCase {
    func testTasksThatFollowEachOtherHaveOneWorkerAndItEndsWithTheManager() throws {
        let host = try runHost("pool", "warm")
        XCTAssertEqual(host.values("pid").count, 4)
        XCTAssertEqual(Set(host.values("pid")).count, 1)
        XCTAssertEqual(host.value("children"), "0")
    }

    func testAWorkerIsReplacedAfterItsTasks() throws {
        let host = try runHost("pool", "worn")
        let pids = host.values("pid")
        XCTAssertEqual(pids.count, 4)
        XCTAssertEqual(Set(pids).count, 2)
        XCTAssertEqual([pids[0], pids[2]], [pids[1], pids[3]])
    }

    func testAWorkerThatKeepsTooMuchMemoryIsReplaced() throws {
        let pids = try runHost("pool", "large").values("pid")
        XCTAssertEqual(pids.count, 4)
        XCTAssertEqual(Set(pids.prefix(3)).count, 1)
        XCTAssertNotEqual(pids.first, pids.last)
    }

    func testALimitThatNoWorkerKeepsGivesEachTaskAWorkerOfItsOwn() throws {
        let pids = try runHost("pool", "small").values("pid")
        XCTAssertEqual(pids.count, 4)
        XCTAssertEqual(Set(pids).count, 4)
    }

    func testAWorkerThatIsKilledWhileItIsIdleCostsNoTask() throws {
        let host = try runHost("pool", "killedIdle")
        XCTAssertEqual(host.values("goesOn"), Array(repeating: "true", count: 20))
        XCTAssertNil(host.value("error"))
    }

    func testWorkersThatDoNotGetAsFarFailTheTasksClearlyAndLaterOnesRun() throws {
        let host = try runHost("pool", "deadAtStart")
        XCTAssertEqual(host.values("code"), ["workerCrashed", "workerCrashed"])
        XCTAssertEqual(host.values("safe"), ["true", "true"])
        XCTAssertEqual(
            host.values("text"),
            ["first", "second"].map {
                "The worker process for \"\($0)\" ended with status 3 before it took a task: no licence"
            }
        )
        XCTAssertEqual(host.value("alive"), "true")
    }

    func testAWorkerThatNeverServesKeepsNoTaskAndNoShutdown() throws {
        let host = try runHost("pool", "hungAtStart")
        XCTAssertEqual(host.value("state"), "cancelled")
        XCTAssertEqual(host.value("children"), "0")
    }

    func testAWorkerThatSaysSomethingElseFirstIsToldAsThat() throws {
        let host = try runHost("pool", "talking")
        XCTAssertEqual(host.value("code"), "protocolViolation")
        XCTAssertTrue(host.value("text")?.contains("does something in it write") == true, host.value("text") ?? "")
    }

    func testWhatIsReportedLateOfATaskIsNotTheNextOnes() throws {
        let host = try runHost("pool", "late")
        XCTAssertEqual(host.values("progress"), ["none", "0.5"])
        XCTAssertEqual(host.values("value"), ["1", "1"])
    }

    func testAWorkerThatTakesTheNextTaskBeforeItHasAnsweredIsEnded() throws {
        let host = try runHost("pool", "hasty")
        XCTAssertEqual(host.value("text"), "The worker was ready before it had answered.")
        XCTAssertEqual(host.value("alive"), "true")
    }

    func testAWorkerThatDoesNotAnswerIsEndedAndCostsOnlyATaskThatHadBegun() throws {
        let host = try runHost("pool", "frozen")
        XCTAssertEqual(host.value("code"), "workerUnresponsive")
        XCTAssertEqual(
            host.value("text"),
            "The worker process of \"gated\" was ended, because it did not answer for 1.0 seconds; did somebody stop it, or does it wait for itself?"
        )
        XCTAssertEqual(host.value("goesOn"), "true")
    }

    func testTheLastWordsOfATaskAreItsOwn() throws {
        let host = try runHost("pool", "lastWords")
        XCTAssertEqual(host.values("tail"), Array(repeating: "last words of exit", count: 4))
    }

    func testATaskThatMayHaveBegunIsNotBegunAgainWhenItsWorkerCannotBeServed() throws {
        let host = try runHost("pool", "unserved")
        XCTAssertEqual(host.value("code"), "workerCrashed")
        XCTAssertEqual(host.value("alive"), "true")
    }

    func testTasksThatEndTheirWorkersAgainAndAgainAreRefusedAndOthersAreNot() throws {
        let host = try runHost("pool", "refused")
        let texts = host.values("text")
        XCTAssertEqual(texts.count, 6)
        for text in texts.prefix(5) { XCTAssertTrue(text.contains("signal 9"), text) }
        XCTAssertEqual(
            texts.last,
            "6 \"crashing\" was not started: the last 5 tasks of its type have ended their worker processes; try again later."
        )
        XCTAssertEqual(host.value("alive"), "true")
    }

    func testARestartLosesNoTask() throws {
        let host = try runHost("pool", "restarted")
        XCTAssertEqual(host.value("running"), "completed")
        XCTAssertEqual(host.value("replaced"), "true")
        XCTAssertEqual(host.value("again"), "true")
        XCTAssertNil(host.value("error"))
    }

    func testPrewarmedWorkersTakeTheTasksAndAreNoMoreThanMayRun() throws {
        let host = try runHost("pool", "prewarmed")
        XCTAssertEqual(host.values("known"), ["true", "true"])
        XCTAssertEqual(host.value("children"), "2")
    }

    func testACancelThatComesLateReachesNoOtherTask() throws {
        let host = try runHost("pool", "lateCancel")
        XCTAssertEqual(host.values("next"), Array(repeating: "true", count: 200))
    }

    func testEveryTaskEndsOnceWhileWorkersAreKilledAtRandomMoments() throws {
        let seed = RandomSeed.announced(for: "kills")
        // It takes 50 seconds, and 93 with the sanitizer.
        let host = try runHost(words: ["kills", "10000", "1000", "\(seed)"], limit: 400)
        XCTAssertEqual(host.value("kills"), "1000")
        XCTAssertEqual(host.value("tasks"), "10000")
        XCTAssertEqual(host.value("once"), "true")
        let outcomes = host.values("outcome").map { $0.split(separator: " ")[0] }
        XCTAssertEqual(Set(outcomes).subtracting(["completed", "cancelled", "workerCrashed"]), [])
        let connections = host.value("connections")?.split(separator: " ") ?? []
        XCTAssertEqual(connections.count, 2)
        XCTAssertEqual(connections.first, connections.last)
        XCTAssertEqual(host.values("last"), Array(repeating: "completed", count: 4))
        XCTAssertEqual(host.value("children"), "0")
    }
}
