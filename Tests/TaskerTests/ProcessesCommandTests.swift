import TestSupport
import XCTest

/// External programs as tasks.
final class ProcessesCommandTests: XCTestCase {
    private func shell(_ script: String, _ options: String...) throws -> Host {
        let host = try Host(["command"] + options + ["--", "sh", "-c", script], for: self)
        XCTAssertEqual(host.finish(), 0, "\(host.lines) \(host.errors)")
        XCTAssertEqual(host.values("done").count, 1)
        return host
    }

    // MARK: - Output

    func testLinesArriveInOrderBeforeWhenDone_9() throws {
        let host = try shell("i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo line $i; done")
        XCTAssertEqual(
            host.values("out").map { $0.split(separator: " ").last.flatMap { Int($0) } },
            (1...2000).map { $0 }
        )
        let done = try XCTUnwrap(host.lines.firstIndex { $0.hasPrefix("done ") })
        XCTAssertEqual(host.lines.lastIndex { $0.hasPrefix("out ") }, done - 1)
    }

    func testTheLastLineNeedsNoNewline() throws {
        let host = try shell("printf 'one\\n\\ntwo'")
        XCTAssertEqual(host.values("out"), ["3 one", "0 ", "3 two"])
        XCTAssertTrue(try XCTUnwrap(host.value("value")).contains("\"one\\n\\ntwo\""))
    }

    func testBytesThatAreNotUTF8AreCountedAndShownAsReplacement() throws {
        let host = try shell("printf 'a\\377b\\n'")
        XCTAssertEqual(host.values("out"), ["3 a\u{FFFD}b"])
    }

    func testAVeryLongLineComesInPiecesOf64KiB() throws {
        let host = try shell("head -c 200000 /dev/zero | tr '\\0' x; echo; echo end")
        XCTAssertEqual(
            host.values("out").map { $0.split(separator: " ").first.flatMap { Int($0) } },
            [65536, 65536, 65536, 3392, 3]
        )
        XCTAssertEqual(host.value("done"), "command completed")
    }

    func testTheResultHoldsTheLast64KiBOfTheOutput() throws {
        let host = try shell("seq 100000")
        let value = try XCTUnwrap(host.value("value"))
        XCTAssertTrue(value.contains("\\n100000\""), String(value.suffix(60)))
        XCTAssertLessThan(value.utf8.count, 90_000)
        XCTAssertEqual(host.values("out").count, 100_000)
    }

    func testStandardErrorIsToldApart() throws {
        let host = try shell("echo out; echo err >&2")
        XCTAssertEqual(host.values("out"), ["3 out"])
        XCTAssertEqual(host.values("err"), ["3 err"])
    }

    func testACommandReadsNothingFromTheApplicationsStandardInput() throws {
        XCTAssertEqual(try shell("cat; echo end").values("out"), ["3 end"])
    }

    // MARK: - Surroundings

    func testWorkingDirectoryAndEnvironmentAreTheCommands() throws {
        let host = try shell(
            "pwd; echo $GREETING; test -n \"$PATH\" && echo inherited",
            "cwd=/usr",
            "env=GREETING=hello"
        )
        XCTAssertEqual(host.values("out"), ["4 /usr", "5 hello", "9 inherited"])
    }

    func testACommandInheritsNoDescriptorButItsStandardOnes() throws {
        // The fourth is the folder itself, opened by ls.
        let host = try runHost("command", "--", "ls", "/proc/self/fd")
        XCTAssertEqual(host.values("out"), ["1 0", "1 1", "1 2", "1 3"])
    }

    // MARK: - Cancel, and what stays

    func testACancelledCommandAndItsChildrenEndByTerm_14() throws {
        // The grace period is longer than the watchdog's.
        let host = try shell(
            "sleep 1000 & echo $!; echo $$; echo go; wait",
            "grace=1000000",
            "cancelOn=go"
        )
        XCTAssertEqual(host.value("done"), "command cancelled")
        assertGone(host.values("out").compactMap { pid_t($0.split(separator: " ")[1]) })
    }

    func testAShellThatIgnoresTermIsKilledAfterItsGracePeriod_14() throws {
        let host = try shell(
            "trap '' TERM; sleep 1000 & echo $!; echo $$; echo go; while :; do wait; done",
            "grace=100",
            "cancelOn=go"
        )
        XCTAssertEqual(host.value("done"), "command cancelled")
        let pids = host.values("out").compactMap { pid_t($0.split(separator: " ")[1]) }
        XCTAssertEqual(pids.count, 2)
        assertGone(pids)
    }

    func testADaemonThatHoldsTheOutputOpenDoesNotHoldTheTask_4() throws {
        // The daemon outlives the watchdog unless the test ends it.
        let host = try shell("sleep 1000 & echo $!")
        XCTAssertEqual(host.value("done"), "command completed")
        for pid in host.values("out").compactMap({ pid_t($0.split(separator: " ")[1]) }) { kill(pid, SIGKILL) }
    }
}
