import CTaskerTestHost
import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// Compares what this process holds after a few tasks and after many.
    static func leak(_ words: [String]) {
        tasker_start_symbolizer()
        // Whatever libraries open once, GLib, libdispatch and swift-subprocess have opened with the first child (measured: five
        // eventfds, three epolls, two timerfds).
        batch(commands: 16, processes: 4)
        let before = settledHoldings()
        Report.line("before", "\(before)")
        #if TASKER_THREAD_SANITIZER
        // A worker takes a second to start there.
        batch(commands: 60, processes: 10)
        #else
        batch(commands: 300, processes: 200)
        #endif
        // What does not come back is told by the last line, when the test's watchdog ends this.
        look { last, now in
            if now != last { Report.line("after", "\(now)") }
            return now == before && !hasChildren
        }
        Report.line("back")
    }

    /// What this process holds when that does not change any more.
    private static func settledHoldings() -> Holdings {
        var unchanged = 0
        var settled = Holdings.current
        look { last, now in
            unchanged = now == last && !hasChildren ? unchanged + 1 : 0
            settled = now
            // Children are reaped, and their pidfds closed, a moment after their tasks have ended. Idle threads, the library's and
            // Dispatch's, end after five seconds, which is 100 looks.
            return unchanged == 120
        }
        return settled
    }

    /// Looks again and again, in turns of the main loop, until `isOver`, which gets what this process held and holds.
    private static func look(until isOver: @escaping @MainActor (_ last: Holdings?, _ now: Holdings) -> Bool) {
        var last: Holdings?
        MainContext.default.addTimeout(every: .milliseconds(50)) {
            MainActor.assumeIsolated {
                let now = Holdings.current
                defer { last = now }
                guard isOver(last, now) else { return .continue }
                loop.quit()
                return .remove
            }
        }
        loop.run()
    }

    /// Whether there is a child that runs, or one that was not collected; the guardian is nobody's child.
    private static var hasChildren: Bool {
        #if TASKER_THREAD_SANITIZER
        // The sanitizer has one of its own.
        return false
        #else
        var info = siginfo_t()
        return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
        #endif
    }

    /// Runs good tasks and, for each command, some for which a file is missing.
    private static func batch(commands: Int, processes: Int) {
        for _ in 0..<commands {
            taskManager.runCommand(Command("true", standardInput: .text("not read")))
            taskManager.runCommand(Command("/nonexistent/program", standardInput: .text("not read")))
            taskManager.runCommand(Command("true", standardInput: .file("/nonexistent/file")))
            taskManager.runCommand(
                Command("true", standardInput: .text("not read"), standardOutput: .file("/nonexistent/file"))
            )
            taskManager.runCommand(Command("echo", standardOutput: .file("/dev/null")))
        }
        for _ in 0..<processes { taskManager.runProcess(Sum(count: 3)) }
        Task { @MainActor in
            try? await taskManager.waitUntilIdle()
            // Those that are kept for the next task.
            taskManager.restartWorkers()
            loop.quit()
        }
        loop.run()
    }
}
