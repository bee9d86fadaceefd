import CTaskerGLib
import Dispatch
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

@testable import TaskerGTK

/// Models of the tasks in some states.
///
/// Synchronous methods, which XCTest runs on the process's main thread.
final class TaskListModelStatesTests: ObjectTestCase {
    private struct Failure: Error {}

    private static let ended: Set<TaskState> = [.completed, .failed, .cancelled]

    func testATaskMovesFromModelToModel() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let models = [[.pending], [.running], Self.ended].map { TaskListModel(harness.proxy.manager, states: $0) }
            let mirrors = models.map { Mirror($0.pointer) }
            let (handles, release) = harness.submitWaiting(["a", "b", "c"])
            XCTAssertEqual(mirrors.map(\.names), [["a", "b", "c"], ["first"], []])
            handles[1].cancel()
            harness.iterate { mirrors[2].names == ["b"] }
            XCTAssertEqual(mirrors.map(\.names), [["a", "c"], ["first"], ["b"]])
            release()
            harness.settle()
            // The one that ended last stands last.
            XCTAssertEqual(mirrors.map(\.names), [[], [], ["b", "first", "a", "c"]])
            harness.proxy.removeFinishedTasks()
            harness.iterate { harness.count == 0 }
            XCTAssertEqual(mirrors.map(\.names), [[], [], []])
            withExtendedLifetime(models) {}
        }
    }

    func testTheLastEndMayStandFirst() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let model = TaskListModel(harness.proxy.manager, states: Self.ended, order: .newestFirst)
            let mirror = Mirror(model.pointer)
            let (handles, release) = harness.submitWaiting(["a", "b", "c"])
            for index in [1, 2, 0] {
                handles[index].cancel()
                harness.iterate { harness.proxy.tasks[id: handles[index].id]?.state == .cancelled }
            }
            XCTAssertEqual(mirror.names, ["a", "c", "b"])
            mirror.changes = []
            release()
            harness.settle()
            XCTAssertEqual(mirror.names, ["first", "a", "c", "b"])
            XCTAssertEqual(mirror.changes, [.init(0, 0, 1)])
            // One that is made later knows the same.
            let later = TaskListModel(harness.proxy.manager, states: Self.ended, order: .newestFirst)
            XCTAssertEqual(withExtendedLifetime(later) { Mirror(later.pointer).names }, mirror.names)
            withExtendedLifetime(model) {}
        }
    }

    func testProgressIsToldByTheItemAlone() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let model = TaskListModel(harness.proxy.manager, states: [.running])
            let mirror = Mirror(model.pointer)
            let (steps, end) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            harness.proxy.runThread(name: "a") { context in
                steps.wait()
                context.setProgress(0.5)
                end.wait()
            }
            harness.iterate { mirror.names == ["a"] }
            mirror.changes = []
            let item = g_list_model_get_item(model.pointer, 0)
            steps.signal()
            harness.iterate { item?.number("progress") == 0.5 }
            XCTAssertEqual(mirror.changes, [])
            g_object_unref(item)
            end.signal()
            harness.settle()
            withExtendedLifetime(model) {}
        }
    }

    func testAnItemWhoseTaskHasLeftTheStatesSaysWhatBecomesOfTheTask() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let model = TaskListModel(harness.proxy.manager, states: [.pending])
            let watch = ObjectWatch()
            let (handles, release) = harness.submitWaiting(["a", "b"])
            let item = g_list_model_get_item(model.pointer, 0)
            item.map { watch.add($0) }
            var seen: [String?] = []
            // When the model tells that it has gone, it says why.
            let mirror = Mirror(model.pointer)
            mirror.onChange = { seen.append(item?.word("state")) }
            handles[0].cancel()
            harness.iterate { mirror.names == ["b"] }
            XCTAssertEqual(seen, ["cancelled"])
            let other = g_list_model_get_item(model.pointer, 0)
            mirror.onChange = {}
            release()
            harness.settle()
            // Also what comes after that.
            XCTAssertEqual(other?.word("state"), "completed")
            XCTAssertEqual(g_list_model_get_n_items(model.pointer), 0)
            for item in [item, other] { g_object_unref(item) }
            XCTAssertEqual(watch.live, 0)
            withExtendedLifetime(model) {}
        }
    }

    func testATaskThatComesBackIntoTheStatesHasTheSameItem() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let model = TaskListModel(harness.proxy.manager, states: [.pending, .completed])
            let (handles, release) = harness.submitWaiting(["a"])
            let item = g_list_model_get_item(model.pointer, 0)
            release()
            harness.settle()
            XCTAssertEqual(harness.proxy.tasks[id: handles[0].id]?.state, .completed)
            let again = g_list_model_get_item(model.pointer, 1)
            XCTAssertEqual(item, again)
            for item in [item, again] { g_object_unref(item) }
            withExtendedLifetime(model) {}
        }
    }

    func testItemsAreMadeWhenTheyAreAskedFor() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let before = TaskListModel.itemCount
            let models = [[.pending], [.running], Self.ended].map { TaskListModel(harness.proxy.manager, states: $0) }
            let (_, release) = harness.submitWaiting((0..<500).map { "\($0)" })
            XCTAssertEqual(models.map { g_list_model_get_n_items($0.pointer) }, [500, 1, 0])
            release()
            harness.settle()
            XCTAssertEqual(models.map { g_list_model_get_n_items($0.pointer) }, [0, 0, 501])
            XCTAssertEqual(TaskListModel.itemCount, before)
            withExtendedLifetime(models) {}
        }
    }

    func testAModelMayGoWhileTasksRun() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let watch = ObjectWatch()
            var model: TaskListModel? = TaskListModel(harness.proxy.manager, states: [.running])
            model.map { watch.add(UnsafeMutableRawPointer($0.pointer)) }
            let (handles, release) = harness.submitWaiting(["a"])
            // In the middle of being told, too.
            model.map { Mirror($0.pointer) }?.onChange = { model = nil }
            release()
            harness.settle()
            XCTAssertNil(model)
            XCTAssertEqual(watch.live, 0)
            XCTAssertEqual(harness.proxy.tasks[id: handles[0].id]?.state, .completed)
        }
    }

    func testARandomWalkLeadsWhereTheListIs() {
        let seed = UInt64.random(in: 0 ... .max)
        MainActor.assumeIsolated { Self.walk(seed: seed) }
    }

    /// Tasks come, run, end and go in any order; whoever believes what the models tell knows the same as who looks at the list.
    @MainActor private static func walk(seed: UInt64) {
        let message = "seed \(seed)"
        print("TaskListModelStatesTests: \(message)")
        var random = SeededGenerator(seed: seed)
        let harness = ModelHarness {
            $0.maximumThreads = 4
            $0.finishedTaskLimit = 30
        }
        let kinds: [(states: Set<TaskState>, order: TaskOrder)] = [
            ([.pending], .oldestFirst), ([.running], .newestFirst), (ended, .newestFirst),
            ([.pending, .failed], .oldestFirst),
        ]
        let models = kinds.map { TaskListModel(harness.proxy.manager, states: $0.states, order: $0.order) }
        let mirrors = models.map { Mirror($0.pointer) }
        func check() {
            for (kind, mirror) in zip(kinds, mirrors) {
                XCTAssertEqual(mirror.names, names(kind.states, kind.order, in: harness.proxy.tasks), message)
            }
        }
        var gates: [(task: TaskHandle<Void>, gate: DispatchSemaphore)] = []
        for step in 0..<300 {
            switch random.below(8) {
            case 0..<4:
                let (gate, fails) = (DispatchSemaphore(value: 0), random.isOne(in: 3))
                let task = harness.proxy.runThread(name: "\(step)") { _ in
                    gate.wait()
                    if fails { throw Failure() }
                }
                gates.append((task, gate))
            case 4, 5: if !gates.isEmpty { gates.remove(at: random.below(gates.count)).gate.signal() }
            case 6: if let waiting = random.pick(gates) { waiting.task.cancel() }
            default: if random.isOne(in: 4) { harness.proxy.removeFinishedTasks() }
            }
            if random.isOne(in: 3) {
                MainContext.default.dispatchPending()
                check()
            }
        }
        for (_, gate) in gates { gate.signal() }
        harness.settle()
        check()
        XCTAssertEqual(mirrors[0].names + mirrors[1].names, [], message)
        // Else the optimiser lets go of them when the mirrors have been made.
        withExtendedLifetime(models) {}
    }

    /// What a model shows, made from scratch.
    private static func names(_ states: Set<TaskState>, _ order: TaskOrder, in tasks: TaskList) -> [String] {
        var shown = tasks.filter { states.contains($0.state) }
        if states.isSubset(of: ended) {
            shown.sort { ($0.ended?.uptime ?? .zero, $0.id) < ($1.ended?.uptime ?? .zero, $1.id) }
        }
        return (order == .newestFirst ? shown.reversed() : shown).map(\.name)
    }
}
