import CTaskerGLib
import CTaskerGTK
import Dispatch
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

@testable import TaskerGTK

/// Synchronous methods, which XCTest runs on the process's main thread.
final class TaskListModelTests: XCTestCase {
    func testTheModelIsAGListModelOfTaskerTasks() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            XCTAssertEqual(g_list_model_get_item_type(harness.pointer), TaskObject.type)
            XCTAssertEqual(String(cString: g_type_name(TaskObject.type)), "TaskerTask")
            XCTAssertEqual(harness.count, 0)
            XCTAssertNil(harness.takeItem(0))
        }
    }

    func testTasksStandInTheOrderOfSubmission() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let (_, release) = harness.submitWaiting(["a", "b", "c"])
            XCTAssertEqual(harness.names, ["first", "a", "b", "c"])
            release()
            harness.settle()
            XCTAssertEqual(harness.names, ["first", "a", "b", "c"])
        }
    }

    func testAModelThatIsMadeLaterShowsWhatIsThere() {
        MainActor.assumeIsolated {
            let harness = ModelHarness { _ in
            } before: { proxy in
                proxy.runThread(name: "before") { _ in }
                MainContext.default.iterate { proxy.tasks.first?.state == .completed }
            }
            XCTAssertEqual(harness.names, ["before"])
            harness.proxy.runThread(name: "after") { _ in }
            harness.settle()
            XCTAssertEqual(harness.names, ["before", "after"])
        }
    }

    func testItemsChangedTellsEachStretchOnceAndInBetweenTheModelIsWhole() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let mirror = Mirror(harness.pointer)
            let (handles, release) = harness.submitWaiting((0..<9).map { "\($0)" })
            XCTAssertEqual(mirror.names, harness.names)
            // Two stretches of cancelled tasks, which are then cleared, and one task at the end, all at once.
            for index in [1, 2, 6] { handles[index].cancel() }
            harness.iterate { harness.proxy.tasks.count { $0.state == .cancelled } == 3 }
            mirror.changes = []
            harness.proxy.removeFinishedTasks()
            harness.proxy.runThread(name: "new") { _ in }
            harness.iterate { harness.proxy.tasks.count == 8 }
            XCTAssertEqual(harness.names, ["first", "0", "3", "4", "5", "7", "8", "new"])
            XCTAssertEqual(mirror.names, harness.names)
            // Last to first.
            XCTAssertEqual(mirror.changes, [.init(10, 0, 1), .init(7, 1, 0), .init(2, 2, 0)])
            release()
            harness.settle()
        }
    }

    func testTheNewestMayStandFirst() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let model = TaskListModel(harness.proxy.manager, order: .newestFirst)
            let mirror = Mirror(model.pointer)
            let (handles, release) = harness.submitWaiting((0..<9).map { "\($0)" })
            XCTAssertEqual(mirror.names, harness.names.reversed())
            for index in [1, 2, 6] { handles[index].cancel() }
            harness.iterate { harness.proxy.tasks.count { $0.state == .cancelled } == 3 }
            mirror.changes = []
            harness.proxy.removeFinishedTasks()
            harness.proxy.runThread(name: "new") { _ in }
            harness.iterate { harness.proxy.tasks.count == 8 }
            XCTAssertEqual(mirror.names, ["new", "8", "7", "5", "4", "3", "0", "first"])
            XCTAssertEqual(mirror.changes, [.init(0, 0, 1), .init(3, 1, 0), .init(6, 2, 0)])
            release()
            harness.settle()
        }
    }

    func testManyStretchesAreOne() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let mirror = Mirror(harness.pointer)
            let (handles, release) = harness.submitWaiting((0..<400).map { "\($0)" })
            for index in stride(from: 0, to: 400, by: 2) { handles[index].cancel() }
            harness.iterate { harness.proxy.tasks.count { $0.state == .cancelled } == 200 }
            mirror.changes = []
            harness.proxy.removeFinishedTasks()
            harness.iterate { harness.count == 201 }
            XCTAssertEqual(mirror.changes, [.init(1, 399, 199)])
            XCTAssertEqual(mirror.names, harness.names)
            release()
            harness.settle()
        }
    }

    func testATaskHasOneItemAsLongAsSomebodyHasIt() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            harness.proxy.runThread(name: "a") { _ in }
            harness.settle()
            let first = harness.takeItem(0)
            let second = harness.takeItem(0)
            XCTAssertEqual(first, second)
            g_object_unref(second)
            XCTAssertEqual(harness.liveObjects, 2)
            g_object_unref(first)
            XCTAssertEqual(harness.liveObjects, 1)
            XCTAssertEqual(harness.names, ["a"])
        }
    }

    func testTheModelEndsWithTheLastReference() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            harness.proxy.runThread(name: "a") { _ in }
            harness.settle()
            g_object_ref(UnsafeMutableRawPointer(harness.pointer))
            let item = harness.takeItem(0)
            harness.release()
            XCTAssertEqual(harness.liveObjects, 2)
            // Still a model that follows.
            harness.proxy.runThread(name: "b") { _ in }
            harness.settle()
            XCTAssertEqual(harness.names, ["a", "b"])
            g_object_unref(UnsafeMutableRawPointer(harness.pointer))
            XCTAssertEqual(harness.liveObjects, 1)
            // An item that outlives its model says what it said.
            XCTAssertEqual(item?.text("name"), "a")
            harness.proxy.removeFinishedTasks()
            harness.iterate { harness.proxy.tasks.isEmpty }
            XCTAssertEqual(item?.word("state"), "completed")
            g_object_unref(item)
            XCTAssertEqual(harness.liveObjects, 0)
        }
    }

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

    func testTheTypesHaveNamesBeforeThereIsATask() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            for name in ["TaskerTask", "TaskerTaskState", "TaskerTaskKind"] {
                XCTAssertNotEqual(g_type_from_name(name), 0)
            }
            XCTAssertEqual(harness.count, 0)
        }
    }

    func testAScopesModelHasItsTasksOnly() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let scope = harness.proxy.scope("page")
            let model = TaskListModel(scope.manager)
            harness.proxy.runThread(name: "elsewhere") { _ in }
            scope.runThread(name: "here") { _ in }
            harness.settle()
            XCTAssertEqual(g_list_model_get_n_items(model.pointer), 1)
            let item = g_list_model_get_item(model.pointer, 0)
            XCTAssertEqual(item?.text("scope"), "page")
            XCTAssertEqual(TaskListModel.task(of: item)?.name, "here")
            g_object_unref(item)
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

    func testGtksOwnModelsTakeItAndItsProperties() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let (handles, release) = harness.submitWaiting(["b", "a", "c"])
            handles[2].cancel()
            harness.iterate { harness.proxy.tasks[id: handles[2].id]?.state == .cancelled }
            let isFinished = gtk_property_expression_new(TaskObject.type, nil, "is-finished")
            let filter = gtk_bool_filter_new(isFinished)
            gtk_bool_filter_set_invert(filter, 1)
            let name = gtk_property_expression_new(TaskObject.type, nil, "name")
            let sorter = UnsafeMutablePointer<GtkSorter>(gtk_string_sorter_new(name))
            g_object_ref(UnsafeMutableRawPointer(harness.pointer))
            let filtered = gtk_filter_list_model_new(harness.pointer, UnsafeMutablePointer<GtkFilter>(filter))
            let sorted = gtk_sort_list_model_new(filtered, sorter)
            defer { g_object_unref(UnsafeMutableRawPointer(sorted)) }
            let mirror = Mirror(sorted)
            XCTAssertEqual(mirror.names, ["a", "b", "first"])
            release()
            harness.settle()
            // GTK looks again when it is told to.
            gtk_filter_changed(UnsafeMutablePointer<GtkFilter>(filter), GTK_FILTER_CHANGE_MORE_STRICT)
            XCTAssertEqual(mirror.names, [])
            harness.proxy.runThread(name: "d") { _ in }
            harness.settle()
            harness.proxy.removeFinishedTasks()
            harness.iterate { harness.count == 0 }
            XCTAssertEqual(mirror.names, [])
        }
    }
}

/// What a list of names is for somebody who believes `items-changed`, and looks at the model only then.
@MainActor
private final class Mirror {
    struct Change: Equatable {
        let position: Int
        let removed: Int
        let added: Int

        init(_ position: Int, _ removed: Int, _ added: Int) {
            (self.position, self.removed, self.added) = (position, removed, added)
        }
    }

    private(set) var names: [String] = []
    var changes: [Change] = []
    var onChange: () -> Void = {}
    private let model: OpaquePointer?

    init(_ model: OpaquePointer?) {
        self.model = model
        take(0, 0, Int(g_list_model_get_n_items(model)))
        let function: @convention(c) (OpaquePointer?, guint, guint, guint, UnsafeMutableRawPointer?) -> Void = {
            _,
            position,
            removed,
            added,
            data in
            guard let data else { return }
            let mirror = Unmanaged<Mirror>.fromOpaque(data).takeUnretainedValue()
            MainActor.assumeIsolated { mirror.take(Int(position), Int(removed), Int(added)) }
        }
        g_signal_connect_data(
            model.map { UnsafeMutableRawPointer($0) },
            "items-changed",
            unsafeBitCast(function, to: GCallback.self),
            Unmanaged.passRetained(self).toOpaque(),
            { data, _ in data.map { Unmanaged<Mirror>.fromOpaque($0).release() } },
            GConnectFlags(0)
        )
    }

    private func take(_ position: Int, _ removed: Int, _ added: Int) {
        changes.append(Change(position, removed, added))
        let new = (position..<(position + added)).map { position in
            let item = g_list_model_get_item(model, guint(position))
            defer { g_object_unref(item) }
            return item?.text("name") ?? "?"
        }
        names.replaceSubrange(position..<(position + removed), with: new)
        XCTAssertEqual(names.count, Int(g_list_model_get_n_items(model)))
        onChange()
    }
}

/// What a model's `n-items` were when they were notified.
@MainActor
private final class Counts {
    private(set) var values: [UInt32] = []

    init(_ model: OpaquePointer) {
        let function: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = {
            model,
            _,
            data in
            guard let data else { return }
            let counts = Unmanaged<Counts>.fromOpaque(data).takeUnretainedValue()
            let count = g_list_model_get_n_items(model)
            MainActor.assumeIsolated { counts.values.append(count) }
        }
        g_signal_connect_data(
            UnsafeMutableRawPointer(model),
            "notify::n-items",
            unsafeBitCast(function, to: GCallback.self),
            Unmanaged.passRetained(self).toOpaque(),
            { data, _ in data.map { Unmanaged<Counts>.fromOpaque($0).release() } },
            GConnectFlags(0)
        )
    }
}
