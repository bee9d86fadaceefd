import GLibMainLoop
import Tasker
import TestSupport
import XCTest

/// Promises 1, 2, 4, 6, 7, 8 and 12 for everything at once from several threads.
final class StressTests: XCTestCase {
    private static let (threads, perThread) = (4, 1000)

    /// Notes what goes against the promises; each task's story is told by the number of its last step.
    private final class Witness: Sendable {
        private struct Story {
            var state: TaskState?
            var events = 0
            var isDone = false
        }

        private let stories = Lock<[TaskID: Story]>([:])
        let complaints = Journal<String>()

        private func note(_ id: TaskID, _ body: (inout Story) -> String?) {
            let complaint = stories.withLock { body(&$0[id, default: Story()]) }
            if let complaint { complaints.append("\(id): \(complaint)") }
        }

        func publishes(_ id: TaskID, _ state: TaskState) {
            note(id) { story in
                let last = story.state
                story.state = state
                if story.isDone { return "published after whenDone" }
                guard let last else { return state == .pending || state == .running ? nil : "came as \(state)" }
                return last.isTerminal || (last == .running && state == .pending) ? "\(state) after \(last)" : nil
            }
        }

        func receives(_ number: Int, of id: TaskID) {
            note(id) { story in
                defer { story.events += 1 }
                return story.isDone || story.events != number ? "event \(number) after \(story.events)" : nil
            }
        }

        func ends(_ id: TaskID, _ state: TaskState) {
            note(id) { story in
                defer { story.isDone = true }
                if story.isDone { return "done twice" }
                return story.state == state ? nil : "done as \(state) while \(String(describing: story.state)) is shown"
            }
        }

        var doneCount: Int {
            stories.withLock { $0.values.count(where: \.isDone) }
        }
    }

    func testPromises01To12OfTasksOfAllSorts() {
        let harness = EngineHarness {
            $0.maximumThreads = 3
            $0.maximumCoroutines = 5
            $0.maximumConcurrentTasks = 6
            $0.publicationInterval = .zero
            // So that none leaves the list between its end and the look at it.
            $0.finishedTaskLimit = .max
        }
        let (witness, ids, proxy) = (Witness(), Journal<TaskID>(), harness.proxy)
        MainActor.assumeIsolated {
            _ = proxy.tasksUpdated.connect { tasks, _ in
                // A task that came and changed in one drain is named twice, with its last state.
                for id in Set(tasks.changes.added + tasks.changes.changed) {
                    guard let state = tasks[id: id]?.state else { continue }
                    if tasks.changes.added.contains(id), state.isTerminal { witness.publishes(id, .pending) }
                    witness.publishes(id, state)
                }
            }
        }
        let over = Journal<Void>()
        for thread in 0..<Self.threads {
            Thread.detachNewThread {
                for number in 0..<Self.perThread { ids.append(Self.submit(number + thread, to: proxy, witness)) }
                over.append(())
            }
        }
        harness.iterate { over.count == Self.threads }
        harness.settle()
        harness.dispatchPending()
        XCTAssertEqual(witness.complaints.values, [])
        // With the policy to keep, several calls answer the same task.
        XCTAssertEqual(witness.doneCount, Set(ids.values).count)
        XCTAssertTrue(harness.tasks.allSatisfy(\.state.isTerminal))
        XCTAssertEqual(harness.tasks.count, witness.doneCount)
    }

    func testPromise02ASnapshotIsOfOneMoment() {
        struct Failure: Error {}
        let harness = EngineHarness()
        let (torn, tasks) = (Journal<TaskSnapshot>(), 5000)
        for _ in 0..<tasks {
            let handle = harness.proxy.runThread { _ in throw Failure() }
            var snapshot = handle.snapshot
            while !snapshot.state.isTerminal {
                if snapshot.ended != nil || snapshot.error != nil { torn.append(snapshot) }
                if snapshot.state == .pending, snapshot.started != nil { torn.append(snapshot) }
                snapshot = handle.snapshot
            }
            if snapshot.ended == nil || snapshot.error == nil { torn.append(snapshot) }
        }
        XCTAssertEqual(torn.count, 0)
        harness.settle()
    }

    private static func submit(_ number: Int, to proxy: TaskManagerProxy, _ witness: Witness) -> TaskID {
        struct Failure: Error {}
        let policies: [KeyPolicy] = [.replace, .keep, .enqueue, .reject]
        let options = TaskOptions(keyPolicy: policies[number / 2 % 4], isAbandonable: number.isMultiple(of: 5))
        let key = number.isMultiple(of: 2) ? "key \(number % 7)" : nil
        let id = Lock<TaskID?>(nil)
        let whenDone: @MainActor @Sendable (TaskHandle<Void>) -> Void = { witness.ends($0.id, $0.state) }
        let whenEvent: @MainActor @Sendable (TaskMessage) -> Void = { message in
            guard let id = id.withLock({ $0 }), let number = try? message.value(as: Int.self) else { return }
            witness.receives(number, of: id)
        }
        let handle =
            number.isMultiple(of: 3)
            ? proxy.addCoroutine(
                key: key,
                options: options,
                { context in
                    id.withLock { $0 = context.taskID }
                    for step in 0..<3 { try await context.sendEvent("step", step) }
                    if number.isMultiple(of: 9) { throw Failure() }
                },
                whenDone: whenDone,
                whenEvent: whenEvent
            )
            : proxy.runThread(
                key: key,
                priority: SchedulingPriority(rawValue: number % 3),
                options: options,
                { context in
                    id.withLock { $0 = context.taskID }
                    for step in 0..<3 {
                        context.setProgress(Double(step) / 3)
                        try context.sendEvent("step", step)
                    }
                    if number.isMultiple(of: 7) { throw Failure() }
                },
                whenDone: whenDone,
                whenEvent: whenEvent
            )
        if number.isMultiple(of: 4) { handle.cancel() }
        if number.isMultiple(of: 11) { proxy.cancelTask(key: "key \(number % 7)") }
        return handle.id
    }
}
