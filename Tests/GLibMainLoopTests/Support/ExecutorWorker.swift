import CTaskerGLib
import TestSupport

@testable import GLibMainLoop

/// An actor whose jobs run on a context's thread.
///
/// A `Task` made inside an actor's isolation that captures the actor is enqueued on the actor's executor directly, and
/// so in order; one made elsewhere goes through Swift's pool first.
actor ExecutorWorker {
    private let executor: MainContextExecutor
    private(set) var total = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(context: MainContext) {
        executor = MainContextExecutor(context: context)
    }

    func threadID() -> pid_t {
        tasker_thread_id()
    }

    func threadIDAfterSuspension() async -> pid_t {
        await Task.detached {}.value
        return tasker_thread_id()
    }

    func increment() {
        total += 1
    }

    func append(_ text: String, to log: Journal<String>) {
        log.append(text)
    }

    func enqueue(_ count: Int, into log: Journal<Int>) {
        for index in 0..<count {
            Task {
                _ = self
                log.append(index)
            }
        }
    }

    func descend(_ depth: Int, into log: Journal<Int>) {
        log.append(depth)
        if depth > 0 {
            Task { descend(depth - 1, into: log) }
        }
    }

    /// Enqueues a job that lasts as long as one dispatch's budget.
    func enqueueLongJob(_ name: String, into log: Journal<String>) {
        Task {
            _ = self
            log.append(name)
            let clock = ContinuousClock()
            let end = clock.now + MainContextExecutor.budget
            while clock.now < end {}
        }
    }

    /// Enqueues a job that dispatches its own context while another job waits.
    func enqueueNestingJob(into log: Journal<String>) {
        Task {
            log.append("begin")
            Task { append("inner job", to: log) }
            executor.context.addIdle {
                log.append("source")
                return .remove
            }
            executor.context.dispatchPending()
            log.append("end")
        }
    }

    /// Runs `body` on the calling thread, which must be free to dispatch the context, inside the actor's isolation.
    nonisolated func isolated(_ body: @escaping @Sendable (isolated ExecutorWorker) -> Void) {
        executor.context.invoke(priority: .high) { self.assumeIsolated(body) }
        executor.context.iterate(mayBlock: false)
    }
}
