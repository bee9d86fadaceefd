package import Glibc

/// What `/proc` says of processes.
package enum ProcessTable {
    /// The processes that are there.
    package static var all: [pid_t] {
        entries(of: "/proc").compactMap { pid_t($0) }
    }

    /// The names in a folder, but for those that begin with a dot; none if it is gone.
    package static func entries(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// The number of the parent; nil when the process is gone, or a zombie that nobody has collected yet.
    package static func parent(of pid: pid_t) -> pid_t? {
        let fields = status(of: pid)
        guard fields.count > 1, fields[0] != "Z", fields[0] != "X" else { return nil }
        return pid_t(fields[1])
    }

    /// Whether a process is stopped.
    package static func isStopped(_ pid: pid_t) -> Bool {
        status(of: pid).first == "T"
    }

    /// Whether every thread of a process waits for something; not if it is gone.
    package static func isAsleep(_ pid: pid_t) -> Bool {
        let threads = entries(of: "/proc/\(pid)/task")
        return !threads.isEmpty && threads.allSatisfy { status(of: "\(pid)/task/\($0)").first == "S" }
    }

    private static func status(of pid: pid_t) -> [Substring] {
        status(of: "\(pid)")
    }

    /// What follows on the name: state, parent, …; empty when the process, or the thread, is gone.
    private static func status(of path: String) -> [Substring] {
        // pid (name) state parent …; the name may hold anything.
        let text = String(decoding: contents(of: "/proc/\(path)/stat"), as: UTF8.self)
        guard let close = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: close)...].dropFirst().split(separator: " ")
    }

    /// The processes below `ancestor`.
    package static func descendants(of ancestor: pid_t) -> Set<pid_t> {
        var parents: [pid_t: pid_t] = [:]
        for pid in all { parents[pid] = parent(of: pid) }
        var found: Set<pid_t> = []
        var last: Set<pid_t> = [ancestor]
        while !last.isEmpty {
            last = Set(parents.filter { last.contains($0.value) }.keys).subtracting(found)
            found.formUnion(last)
        }
        return found.filter { !isSanitizers($0, of: ancestor) }
    }

    /// The children of this process; the guardian is nobody's.
    package static var children: [pid_t] {
        entries(of: "/proc/self/task").flatMap { thread in
            String(decoding: contents(of: "/proc/self/task/\(thread)/children"), as: UTF8.self)
                .split(separator: " ").compactMap { pid_t($0) }
        }
    }

    /// What a descriptor of a process stands for, like `pipe:[1234]`; nil when it is closed.
    package static func descriptor(_ number: String, of pid: String = "self") -> String? {
        var target = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/\(pid)/fd/\(number)", &target, target.count)
        return count > 0 ? String(decoding: target.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// Whether a process is the one that the thread sanitizer starts to find names for a report, also one that is then left out: what
    /// kills that one ends the program with SIGPIPE.
    ///
    /// Until it runs the sanitizer's program, for most of a second on a busy machine, it looks like another one of `parent`.
    package static func isSanitizers(_ pid: pid_t, of parent: pid_t) -> Bool {
        #if TASKER_THREAD_SANITIZER
        let words = commandLine(of: pid)
        return words.first?.hasSuffix("llvm-symbolizer") == true || words == commandLine(of: parent)
        #else
        false
        #endif
    }

    /// The program and its arguments; empty when the process is gone, or a zombie.
    package static func commandLine(of pid: pid_t) -> [String] {
        strings(of: "/proc/\(pid)/cmdline").map { String(decoding: $0, as: UTF8.self) }
    }

    /// What it was started with, `NAME=value`; empty when the process is gone, or a zombie.
    package static func environment(of pid: pid_t) -> [ArraySlice<UInt8>] {
        strings(of: "/proc/\(pid)/environ")
    }

    private static func strings(of file: String) -> [ArraySlice<UInt8>] {
        contents(of: file).split(separator: 0)
    }

    /// Empty when the file is gone; those in `/proc` have no size to go by.
    package static func contents(of file: String) -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
        return bytes
    }
}
