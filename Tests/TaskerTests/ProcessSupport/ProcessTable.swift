import Glibc
import XCTest

/// What `/proc` says of processes.
enum ProcessTable {
    /// The number of the parent; nil when the process is gone, or a zombie that nobody has collected yet.
    static func parent(of pid: pid_t) -> pid_t? {
        // pid (name) state parent …; the name may hold anything.
        guard let text = text(of: pid, "stat") else { return nil }
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 1, fields[0] != "Z", fields[0] != "X" else { return nil }
        return pid_t(fields[1])
    }

    /// The first 4 KiB of a file of a process; nil when the process is gone.
    private static func text(of pid: pid_t, _ file: String) -> String? {
        let descriptor = open("/proc/\(pid)/\(file)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    private static var all: [pid_t] {
        var pids: [pid_t] = []
        guard let stream = opendir("/proc") else { return pids }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = pid_t(name) { pids.append(pid) }
        }
        return pids
    }

    /// The processes below `ancestor`.
    static func descendants(of ancestor: pid_t) -> Set<pid_t> {
        var parents: [pid_t: pid_t] = [:]
        for pid in all { parents[pid] = parent(of: pid) }
        var found: Set<pid_t> = []
        var last: Set<pid_t> = [ancestor]
        while !last.isEmpty {
            last = Set(parents.filter { last.contains($0.value) }.keys).subtracting(found)
            found.formUnion(last)
        }
        return found
    }

    /// The guardians of an application, which are nobody's children and carry the application's number.
    static func guardians(of application: pid_t) -> [pid_t] {
        all.filter { text(of: $0, "cmdline")?.hasSuffix("\0tasker-guardian\0\(application)\0") == true }
    }

    static func processes(runningProgramAt path: String) -> [pid_t] {
        all.filter { text(of: $0, "cmdline")?.hasPrefix(path + "\0") == true }
    }

    /// Yields until a process is gone.
    ///
    /// - Returns: Whether it went within the time a killed process has on the busiest machine.
    static func waitUntilGone(_ pid: pid_t) -> Bool {
        let end = ContinuousClock.now + .seconds(20)
        while parent(of: pid) != nil {
            guard ContinuousClock.now < end else { return false }
            sched_yield()
        }
        return true
    }
}

extension XCTestCase {
    func assertGone(_ pids: some Sequence<pid_t>, file: StaticString = #filePath, line: UInt = #line) {
        for pid in pids where !ProcessTable.waitUntilGone(pid) {
            XCTFail("Process \(pid) is still there.", file: file, line: line)
            kill(pid, SIGKILL)
        }
    }
}
