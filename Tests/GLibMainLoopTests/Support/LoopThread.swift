import CTaskerGLib
import GLibMainLoop
import TestSupport

/// A context that a thread of its own dispatches.
final class LoopThread: Sendable {
    let context: MainContext
    private let loop: MainLoop
    private let thread: TestThread
    private let started = Journal<pid_t>(waking: MainContext())

    /// The kernel's name of the thread.
    var id: pid_t {
        started.values[0]
    }

    init() {
        context = MainContext()
        loop = MainLoop(context: context)
        thread = TestThread { [loop, started] in
            started.append(tasker_thread_id())
            loop.run()
        }
        started.wait(forCount: 1)
    }

    /// Ends the loop after what is ready at a default idle's priority, and joins the thread.
    func stop() {
        // From inside the loop, because a quit that comes before the run is lost.
        context.invoke(priority: .low) { [loop] in loop.quit() }
        thread.join()
    }
}
