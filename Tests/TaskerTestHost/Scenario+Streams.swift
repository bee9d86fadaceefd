import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// Passes on what a worker writes to a standard error that is `closed`, has no `reader`, or is a `full` pipe.
    static func standardError(_ words: [String]) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        switch words.first {
        case "closed": close(2)
        case "reader":
            dup2(ends[1], 2)
            close(ends[0])
            close(ends[1])
        default:
            _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
            let bytes = [UInt8](repeating: 0, count: 4096)
            while write(ends[1], bytes, bytes.count) > 0 {}
            _ = fcntl(ends[1], F_SETFL, 0)
            dup2(ends[1], 2)
        }
        report(Printing())
    }

    /// Commands that write much, without and with somebody who looks at each line: how many bytes of lines arrive, and by how many
    /// MiB the memory's peak grows.
    static func volume(_ words: [String]) {
        #if TASKER_THREAD_SANITIZER
        let size = 64 << 20
        #else
        let size = 1 << 30
        #endif
        let lines = "yes \(String(repeating: "x", count: 1023)) | head -c"
        let zeros = "head -c \(size) /dev/zero"
        MainQueueBridge.install()
        // The first is there for what is allocated once.
        let steps = [
            ("\(lines) 1M", true), (zeros, false), (zeros, true), ("\(zeros) >&2", true), ("\(lines) 10M", true),
        ]
        Task { @MainActor in
            var before: Int?
            for (script, isRead) in steps {
                let count = Counter()
                let add: @Sendable (CommandOutput, ExecutionContext) -> Void = { line, _ in count.add(line.bytes.count)
                }
                let command = Command("sh", arguments: ["-c", script])
                _ = try? await taskManager.runCommand(command, onOutput: isRead ? add : nil).value
                Report.line("bytes", count.value == size ? "all" : "\(count.value)")
                before = before ?? peak()
            }
            Report.line("growth", "\((peak() - (before ?? 0)) / 1024)")
            loop.quit()
        }
        loop.run()
    }

    /// A number that one thread adds to, and that is read when it has ended.
    private final class Counter: @unchecked Sendable {
        private(set) var value = 0

        func add(_ number: Int) {
            value += number
        }
    }

    /// The highest number of resident KiB so far.
    private static func peak() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }
}
