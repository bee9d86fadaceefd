import TestSupport
import XCTest

@testable import Tasker

extension EngineHarness {
    /// Advances the clock; returns when all that was to happen by then has been decided, though perhaps not done.
    func advance(by duration: Duration, file: StaticString = #filePath, line: UInt = #line) {
        clock.advance(by: duration)
        let scheduler = proxy.scheduler
        iterate(file: file, line: line) { scheduler.read { $0.machine.nextTimer } > scheduler.time.now() }
    }

    /// Waits until a thread task that is submitted now has ended, and so has had a slot.
    func settleThread(file: StaticString = #filePath, line: UInt = #line) {
        let handle = proxy.runThread { _ in }
        run(file: file, line: line) { _ = try await handle.value }
    }

    /// Waits until nothing waits for the clock: promise 36.
    func expectNoTimer(file: StaticString = #filePath, line: UInt = #line) {
        iterate(file: file, line: line) { clock.sleeperCount == 0 }
    }

    /// Notes every event but those of progress: the task's name, and what happened.
    func eventLog() -> Journal<String> {
        let journal = Journal<String>()
        MainActor.assumeIsolated { [proxy] in
            _ = proxy.taskEvents.connect { event in
                if case .progressed = event.kind { return }
                journal.append("\(event.task.name) \(event.kind.text)")
            }
        }
        return journal
    }
}

extension TaskEvent.Kind {
    fileprivate var text: String {
        switch self {
        case .submitted: "submitted"
        case .started: "started"
        case .progressed: "progressed"
        case .retrying(let attempt, let delay, _): "retrying \(attempt) after \(delay)"
        case .paused: "paused"
        case .resumed: "resumed"
        case .iteration(let number, .success(let value)): "iteration \(number) \(value)"
        case .iteration(let number, .failure): "iteration \(number) failed"
        case .completed: "completed"
        case .failed: "failed"
        case .cancelled(let reason): "cancelled \(reason)"
        }
    }
}

/// What a test's body throws.
struct TestFailure: Error, Equatable {
    var number = 0
}
