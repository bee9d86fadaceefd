import Tasker
import TestSupport

extension EngineHarness {
    /// Notes what happens to every task, as its name and a word.
    func labels() -> Journal<String> {
        let journal = Journal<String>()
        MainActor.assumeIsolated { [proxy] in
            _ = proxy.taskEvents.connect { journal.append("\($0.task.name) \($0.label)") }
        }
        return journal
    }

    /// A thread's body that runs, its end being in the hands of the test.
    func runGated(_ gate: ThreadGate, key: String? = nil, options: TaskOptions = []) -> TaskHandle<Void> {
        let began = Journal<Void>()
        let handle = proxy.runThread(key: key, options: options) { _ in
            began.append(())
            gate.pass()
        }
        iterate { began.count == 1 }
        return handle
    }

    /// Waits until the end of a task is to be published, and dispatches nothing meanwhile.
    func waitWithoutLoop(for handle: TaskHandle<some Sendable>) {
        let ended = ThreadGate()
        Task.detached {
            _ = try? await handle.value
            ended.open()
        }
        ended.pass()
        // A value can be had a moment before the end is in the publisher's inbox; both happen under the scheduler's lock.
        _ = proxy.statistics
    }
}
