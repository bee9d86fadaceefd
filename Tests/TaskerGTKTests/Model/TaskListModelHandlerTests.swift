import CTaskerGLib
import Dispatch
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

@testable import TaskerGTK

/// What handlers find when a list is told, and what they may do then.
///
/// Synchronous methods, which XCTest runs on the process's main thread.
final class TaskListModelHandlerTests: ObjectTestCase {
    func testAHandlerMayLetGoOfTheModel() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let mirror = Mirror(harness.pointer)
            let (handles, release) = harness.submitWaiting(["a", "b", "c", "d"])
            for index in [0, 2] { handles[index].cancel() }
            harness.iterate { harness.proxy.tasks.count { $0.state == .cancelled } == 2 }
            mirror.onChange = { harness.release() }
            harness.proxy.removeFinishedTasks()
            harness.iterate { harness.proxy.tasks.count == 3 }
            XCTAssertEqual(harness.liveObjects, 0)
            XCTAssertFalse(harness.proxy.tasksUpdated.hasHandlers)
            release()
            harness.settle()
        }
    }

    func testALoopInAHandlerTellsTheNewestListOnce() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let mirror = Mirror(harness.pointer)
            var isNested = false
            mirror.onChange = {
                guard !isNested else { return }
                isNested = true
                for index in 0..<20 {
                    let task = harness.proxy.runThread(name: "\(index)") { _ in }
                    harness.iterate { harness.proxy.tasks[id: task.id]?.state == .completed }
                }
            }
            let counts = Counts(harness.pointer)
            harness.proxy.runThread(name: "outer") { _ in }
            harness.settle()
            XCTAssertEqual(harness.names, ["outer"] + (0..<20).map { "\($0)" })
            XCTAssertEqual(mirror.names, harness.names)
            XCTAssertEqual(mirror.changes, [.init(0, 0, 0), .init(0, 0, 1), .init(1, 0, 20)])
            XCTAssertEqual(counts.values, [1, 21])
            mirror.onChange = {}
        }
    }

    // A handler that was connected before the model may run a main loop: then the model hears of the newer list first.
    func testANestedLoopDoesNotConfuseTheModel() {
        MainActor.assumeIsolated {
            var nested = false
            let gate = DispatchSemaphore(value: 0)
            let harness = ModelHarness {
                $0.maximumThreads = 2
            } before: { proxy in
                proxy.tasksUpdated.connect { tasks, _ in
                    guard !nested, tasks.count == 2 else { return }
                    nested = true
                    proxy.removeFinishedTasks()
                    let inner = proxy.runThread(name: "inner") { _ in }
                    MainContext.default.iterate { proxy.tasks[id: inner.id]?.state == .completed }
                }
            }
            let mirror = Mirror(harness.pointer)
            harness.proxy.runThread(name: "a") { _ in }
            harness.settle()
            harness.proxy.runThread(name: "b") { _ in gate.wait() }
            harness.iterate { nested }
            gate.signal()
            harness.settle()
            XCTAssertTrue(harness.names.contains("b"))
            XCTAssertEqual(harness.names, harness.proxy.tasks.map(\.name))
            XCTAssertEqual(mirror.names, harness.names)
        }
    }

    // What is kept is little, so a task may end and leave the list in one emission.
    func testAnItemWhoseTaskEndsAndLeavesAtOnceSaysThatItHasEnded() {
        MainActor.assumeIsolated {
            let harness = ModelHarness { $0.finishedTaskLimit = 0 }
            let (handles, release) = harness.submitWaiting(["a", "b"])
            let item = harness.takeItem(1)
            for handle in handles { handle.cancel() }
            harness.iterate { harness.count == 1 }
            XCTAssertEqual(item?.word("state"), "cancelled")
            XCTAssertEqual(item?.flag("is-cancellable"), false)
            g_object_unref(item)
            release()
            harness.settle()
        }
    }

    // The handler before runs a main loop: the list in which the task left comes after a newer one.
    func testAnItemWhoseTaskLeftInAListThatComesLateSaysThatItHasEnded() {
        MainActor.assumeIsolated {
            var isNested = false
            let harness = ModelHarness {
                $0.finishedTaskLimit = 1
            } before: { proxy in
                proxy.tasksUpdated.connect { tasks, _ in
                    guard !isNested, !tasks.changes.removed.isEmpty else { return }
                    isNested = true
                    let inner = proxy.runThread(name: "inner", options: .group("other")) { _ in }
                    MainContext.default.iterate { proxy.tasks[id: inner.id] != nil }
                }
            }
            let (handles, release) = harness.submitWaiting(["a", "b"])
            let item = harness.takeItem(1)
            for handle in handles { handle.cancel() }
            harness.iterate { isNested && item?.word("state") == "cancelled" }
            XCTAssertEqual(item?.flag("is-finished"), true)
            g_object_unref(item)
            release()
            harness.settle()
        }
    }

    func testItemsSayTheNewWhenTheListIsTold() {
        MainActor.assumeIsolated {
            let harness = ModelHarness { $0.finishedTaskLimit = 1 }
            let (handles, release) = harness.submitWaiting(["a", "b"])
            let items = [1, 2].map { harness.takeItem($0) }
            let mirror = Mirror(harness.pointer)
            var seen: [String?] = []
            mirror.onChange = { seen = items.map { $0?.word("state") } }
            for handle in handles { handle.cancel() }
            harness.iterate { harness.count == 2 }
            XCTAssertEqual(seen, ["cancelled", "cancelled"])
            mirror.onChange = {}
            for item in items { g_object_unref(item) }
            release()
            harness.settle()
        }
    }

    // An error may be anything of the application's: here one whose end looks at the model.
    func testWhatEndsWithAListMayLookAtTheModel() {
        final class Looking: Error, @unchecked Sendable {
            // `@unchecked`: it is made and looks on the main thread only.
            let onEnd: () -> Void
            init(_ onEnd: @escaping () -> Void) { self.onEnd = onEnd }
            deinit { onEnd() }
        }
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            var looks: [UInt32] = []
            let pointer = harness.pointer
            let errors = Guarded<Looking?>(Looking { looks.append(g_list_model_get_n_items(pointer)) })
            harness.proxy.runThread(name: "a") { _ in throw errors.withLock { $0.take() } ?? CancellationError() }
            harness.settle()
            harness.proxy.removeFinishedTasks()
            harness.iterate { harness.count == 0 }
            harness.proxy.runThread(name: "b") { _ in }
            harness.settle()
            XCTAssertEqual(looks.count, 1)
        }
    }
}
