import GLibMainLoop
import Glibc
import Tasker

extension Scenario {
    /// Dies while a child is being started: at the moment its program, a copy of `sleep` at a path of its own, is opened to be
    /// executed, which is before the library can know of the child.
    static func orphan(_ words: [String]) {
        guard let program = words.first else { return }
        let notifier = inotify_init1(Int32(IN_CLOEXEC))
        guard inotify_add_watch(notifier, program, UInt32(IN_OPEN)) >= 0 else { return }
        // The guardian is there, as it is for every child but the first.
        taskManager.runCommand(
            Command("true"),
            whenDone: { _ in
                taskManager.runThread { _ in
                    var event = [UInt8](repeating: 0, count: 4096)
                    _ = read(notifier, &event, event.count)
                    kill(getpid(), SIGKILL)
                }
                taskManager.runCommand(Command(program, arguments: ["1000"]))
            }
        )
        loop.run()
    }
}
