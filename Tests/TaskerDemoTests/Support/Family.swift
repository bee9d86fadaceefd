import Foundation
import Glibc
import TestSupport
import XCTest

/// A program and everything that it started, directly or not.
///
/// All of them have the mark in their environment: unlike the parent's number it stays the same when a parent dies.
struct Family: Sendable {
    static let variable = "TASKER_DEMO_TESTS"

    let mark = UUID().uuidString

    struct Member {
        let pid: pid_t
        let commandLine: [String]
    }

    /// Who lives; not who has ended and waits to be collected.
    var members: [Member] {
        let wanted = Array("\(Self.variable)=\(mark)".utf8)
        return ProcessTable.all.compactMap { pid in
            guard ProcessTable.environment(of: pid).contains(where: { $0.elementsEqual(wanted) }) else { return nil }
            return Member(pid: pid, commandLine: ProcessTable.commandLine(of: pid))
        }
    }

    /// Kills everybody, by their numbers, also who is started meanwhile.
    func kill() {
        while true {
            let members = members
            guard !members.isEmpty else { return }
            for member in members { Glibc.kill(member.pid, SIGKILL) }
            sched_yield()
        }
    }
}

extension XCTestCase {
    /// Waits until nobody of a family lives.
    func assertNobodyIsLeft(of family: Family, file: StaticString = #filePath, line: UInt = #line) {
        // The guardian gives groups 0.2 s to end; the bound is for a machine that hardly moves.
        let end = ContinuousClock.now + .seconds(60)
        while case let members = family.members, !members.isEmpty {
            guard ContinuousClock.now < end else {
                return XCTFail("Still there: \(members.map(\.commandLine))", file: file, line: line)
            }
            sched_yield()
        }
    }
}
