import CTaskerGLib
import CTaskerGTK
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

@testable import TaskerGTK

/// Synchronous methods, which XCTest runs on the process's main thread.
final class TaskListModelTests: ObjectTestCase {
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
