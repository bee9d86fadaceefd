package import Glibc

/// What threads of this process have used.
package enum ThreadUse {
    /// The threads that are there, but for the main thread.
    package static var others: [pid_t] {
        guard let stream = opendir("/proc/self/task") else { return [] }
        defer { closedir(stream) }
        var threads: [pid_t] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let thread = pid_t(name), thread != getpid() { threads.append(thread) }
        }
        return threads
    }

    /// How often a thread has stopped running, to wait or because another one's turn had come.
    package static func switches(of thread: pid_t) -> (waits: Int, turns: Int) {
        guard let file = fopen("/proc/self/task/\(thread)/status", "r") else { return (0, 0) }
        defer { fclose(file) }
        var (waits, turns) = (0, 0)
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            // name:<tab>number<newline>
            let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                .split(whereSeparator: \.isWhitespace)
            guard words.count == 2, let count = Int(words[1]) else { continue }
            if words[0] == "voluntary_ctxt_switches:" { waits = count }
            if words[0] == "nonvoluntary_ctxt_switches:" { turns = count }
        }
        return (waits, turns)
    }

    /// How long the calling thread has run.
    package static var time: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
