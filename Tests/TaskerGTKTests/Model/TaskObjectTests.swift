import CTaskerGLib
import Dispatch
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

@testable import TaskerGTK

/// Synchronous methods, which XCTest runs on the process's main thread.
final class TaskObjectTests: ObjectTestCase {
    func testPropertiesSayWhatTheSnapshotSays() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let gate = DispatchSemaphore(value: 0)
            let handle = harness.proxy.runThread(key: "key", name: "Copy", options: .group("disk")) { context in
                try context.setTotal(8, unit: .files)
                context.setProgress(2)
                context.setMessage("two")
                gate.wait()
            }
            harness.iterate { harness.proxy.tasks[id: handle.id]?.message == "two" }
            let item = harness.takeItem(0)
            XCTAssertEqual(item?.count("id"), handle.id.rawValue)
            XCTAssertEqual(item?.text("key"), "key")
            XCTAssertEqual(item?.text("name"), "Copy")
            XCTAssertEqual(item?.text("group"), "disk")
            XCTAssertEqual(item?.text("message"), "two")
            XCTAssertEqual(item?.text("unit"), "files")
            XCTAssertEqual(item?.word("kind"), "thread")
            XCTAssertEqual(item?.word("state"), "running")
            XCTAssertEqual(item?.number("progress"), 0.25)
            XCTAssertEqual(item?.number("total-units"), 8)
            XCTAssertEqual(item?.number("completed-units"), 2)
            XCTAssertEqual(item?.number("remaining"), -1)
            XCTAssertEqual(item?.flag("is-indeterminate"), false)
            XCTAssertEqual(item?.flag("is-cancellable"), true)
            XCTAssertEqual(item?.flag("is-finished"), false)
            XCTAssertNil(item?.text("error"))
            XCTAssertNil(item?.text("cancel-reason"))
            handle.cancel()
            harness.iterate { item?.flag("is-cancel-requested") == true }
            XCTAssertEqual(item?.flag("is-cancellable"), false)
            XCTAssertEqual(item?.text("cancel-reason"), "user")
            gate.signal()
            harness.settle()
            XCTAssertEqual(item?.word("state"), "cancelled")
            XCTAssertEqual(item?.flag("is-finished"), true)
            g_object_unref(item)
        }
    }

    func testAFailuresErrorIsASentence() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            harness.proxy.runThread { _ in throw Unreadable() }
            harness.settle()
            let item = harness.takeItem(0)
            XCTAssertEqual(item?.text("error"), "The file cannot be read.")
            XCTAssertEqual(item?.word("state"), "failed")
            g_object_unref(item)
        }
    }

    func testWhatMayBeStartedAgainSaysSo() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let (_, release) = harness.submitWaiting([])
            let task = harness.proxy.runThread(options: .retryable) { _ in }
            harness.iterate { harness.proxy.tasks.count == 2 }
            let item = harness.takeItem(1)
            XCTAssertEqual(item?.flag("is-retryable"), false)
            let notes = Notes(item)
            task.cancel()
            harness.iterate { harness.proxy.tasks[id: task.id]?.state == .cancelled }
            XCTAssertEqual(item?.flag("is-retryable"), true)
            XCTAssertTrue(notes.take().contains("is-retryable"))
            release()
            harness.settle()
            g_object_unref(item)
        }
    }

    func testOnlyWhatChangedIsNotified() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let (handles, release) = harness.submitWaiting(["a", "b"])
            let item = harness.takeItem(1)
            let notes = Notes(item)
            harness.proxy.setPriority(.high, id: handles[0].id)
            harness.proxy.setPriority(.low, id: handles[1].id)
            harness.iterate { harness.proxy.tasks[id: handles[0].id]?.priority == .high }
            XCTAssertEqual(notes.take(), ["priority"])
            handles[0].pause()
            harness.iterate { harness.proxy.tasks[id: handles[0].id]?.isPaused == true }
            XCTAssertEqual(notes.take(), ["is-paused"])
            handles[0].cancel()
            harness.iterate { harness.proxy.tasks[id: handles[0].id]?.state == .cancelled }
            XCTAssertTrue(notes.take().isSuperset(of: ["state", "is-finished", "is-cancellable", "cancel-reason"]))
            release()
            harness.settle()
            XCTAssertEqual(notes.take(), [])
            g_object_unref(item)
        }
    }

    func testWhenOneIsNotifiedAllAreNewAndAHandlerMayLetGo() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            let (handles, release) = harness.submitWaiting((0..<8).map { "\($0)" })
            var items = (1...8).map { harness.takeItem($0) }
            let first = Notes(items[0])
            first.onNotify = {
                // Each notification finds the whole of what is new.
                XCTAssertEqual(items.first??.word("state"), "cancelled")
                XCTAssertEqual(items.first??.flag("is-finished"), true)
            }
            let second = Notes(items[1])
            second.onNotify = {
                for item in items { g_object_unref(item) }
                items = []
            }
            handles[0].cancel()
            harness.iterate { harness.proxy.tasks[id: handles[0].id]?.state == .cancelled }
            XCTAssertFalse(first.take().isEmpty)
            // Fewer have changed than are looked at, and more.
            for handle in handles[1...] { handle.cancel() }
            harness.iterate { harness.proxy.tasks.count { $0.state == .cancelled } == 8 }
            XCTAssertFalse(second.take().isEmpty)
            XCTAssertEqual(harness.liveObjects, 1)
            release()
            harness.settle()
        }
    }

    // What somebody makes with `g_object_new` by the class's name stands for no task.
    func testAnObjectWithoutATaskHasDefaults() {
        MainActor.assumeIsolated {
            let before = (try? Self.objects()) ?? []
            let object = g_object_new_with_properties(TaskObject.type, 0, nil, nil)
            let item = UnsafeMutableRawPointer(object)
            XCTAssertNil(item?.text("name"))
            XCTAssertEqual(item?.word("state"), "pending")
            XCTAssertEqual(item?.number("remaining"), -1)
            XCTAssertNil(TaskListModel.task(of: item))
            // What counts objects sees this one.
            XCTAssertEqual(try? Self.objects(), (before + ["TaskerTask"]).sorted())
            g_object_unref(item)
        }
    }

    func testOnlyItemsAreTasks() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            XCTAssertNil(TaskListModel.task(of: nil))
            XCTAssertNil(TaskListModel.task(of: UnsafeMutableRawPointer(harness.pointer)))
        }
    }

    func testDetailIsForPeople() {
        MainActor.assumeIsolated {
            let harness = ModelHarness()
            harness.proxy.runThread(name: "files") { context in
                try context.setTotal(40, unit: .files)
                context.setProgress(12)
            }
            harness.proxy.runThread(name: "bytes") { context in
                try context.setTotal(5_000_000, unit: .bytes)
                context.setProgress(5_000_000)
            }
            harness.proxy.runThread(name: "neither") { context in context.setProgress(0.5) }
            harness.settle()
            let details = harness.proxy.tasks.map { TaskText.detail(of: $0) }
            XCTAssertEqual(details, ["40 / 40 files", "5.0\u{a0}MB / 5.0\u{a0}MB", nil])
        }
    }
}

private struct Unreadable: Error, CustomStringConvertible {
    let description = "The file cannot be read."
}

/// The names of the properties that an object has notified.
@MainActor
private final class Notes {
    private var names: Set<String> = []
    var onNotify: () -> Void = {}

    init(_ object: UnsafeMutableRawPointer?) {
        let function:
            @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<GParamSpec>?, UnsafeMutableRawPointer?) ->
                Void =
                { _, property, data in
                    guard let data, let property else { return }
                    let notes = Unmanaged<Notes>.fromOpaque(data).takeUnretainedValue()
                    let name = String(cString: property.pointee.name)
                    MainActor.assumeIsolated {
                        notes.names.insert(name)
                        notes.onNotify()
                    }
                }
        g_signal_connect_data(
            object,
            "notify",
            unsafeBitCast(function, to: GCallback.self),
            Unmanaged.passRetained(self).toOpaque(),
            { data, _ in data.map { Unmanaged<Notes>.fromOpaque($0).release() } },
            GConnectFlags(0)
        )
    }

    func take() -> Set<String> {
        defer { names = [] }
        return names
    }
}
