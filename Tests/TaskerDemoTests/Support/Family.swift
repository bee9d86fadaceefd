import Foundation
import Glibc
import XCTest

/// A program and everything that it started, directly or not.
///
/// All of them have the mark in their environment: unlike the parent's number it stays the same when a parent dies.
struct Family: Sendable {
    static let variable = "TASKER_DEMO_TESTS"

    let mark = UUID().uuidString

    struct Member {
        let pid: pid_t
        let parent: pid_t
        let commandLine: [String]
    }

    /// Who lives; not who has ended and waits to be collected.
    var members: [Member] {
        let wanted = Array("\(Self.variable)=\(mark)".utf8)
        let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return pids.compactMap { pid in
            guard Self.strings(pid, "environ").contains(where: { $0.elementsEqual(wanted) }) else { return nil }
            let words = Self.strings(pid, "cmdline").map { String(decoding: $0, as: UTF8.self) }
            return Member(pid: pid, parent: Self.parent(of: pid), commandLine: words)
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

    private static func parent(of pid: pid_t) -> pid_t {
        // pid (name) state parent …; the name may hold anything.
        let text = String(decoding: contents(pid, "stat"), as: UTF8.self)
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        return fields.count > 2 ? pid_t(fields[2]) ?? 0 : 0
    }

    private static func strings(_ pid: pid_t, _ file: String) -> [ArraySlice<UInt8>] {
        contents(pid, file).split(separator: 0)
    }

    /// Empty when the process is gone; files in `/proc` have no size to go by.
    private static func contents(_ pid: pid_t, _ file: String) -> [UInt8] {
        let descriptor = open("/proc/\(pid)/\(file)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
        return bytes
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
