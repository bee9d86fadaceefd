import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// An actor on the default context.
    private actor Local {
        private nonisolated let executor = MainContextExecutor(context: .default)
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
        private var count = 0

        nonisolated func check() {
            executor.checkIsolated()
        }

        nonisolated func countWhereverThisIs() {
            assumeIsolated { $0.count += 1 }
        }
    }

    /// Makes the programming error that is asked for; each is to end the program.
    static func trap(_ words: [String]) {
        switch words.first {
        case "install": elsewhere { MainQueueBridge.install() }
        case "loop":
            elsewhere {
                taskManager.runThread { _ in }
                MainLoop().run()
            }
        case "check": elsewhere { Local().check() }
        case "assume": elsewhere { Local().countWhereverThisIs() }
        case "index": useAnIndexOfALongerList()
        case "signal": MainContext.default.addSignal(SIGSEGV) { .remove }
        default: return
        }
    }

    /// Runs `body` on a thread that is not the main thread, and waits for its end.
    nonisolated private static func elsewhere(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { work in
                if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
                return nil
            },
            work.toOpaque()
        )
        pthread_join(thread, nil)
    }

    nonisolated private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    private static func useAnIndexOfALongerList() {
        var last: TaskList.Index?
        let proxy = TaskManagerProxy()
        _ = proxy.tasksUpdated.connect { tasks, _ in
            guard tasks.count == 2 else { return }
            last = tasks.index(before: tasks.endIndex)
            loop.quit()
        }
        for _ in 0..<2 { proxy.runThread { _ in } }
        loop.run()
        if let last { Report.line("name", TaskManagerProxy().tasks[last].name) }
    }
}
