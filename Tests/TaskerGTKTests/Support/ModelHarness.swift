import CTaskerGLib
import Dispatch
import GLibMainLoop
import Tasker
import TestSupport
import XCTest

@testable import TaskerGTK

/// A manager whose one thread is in the hands of the test, and a model of its tasks.
@MainActor
final class ModelHarness {
    let proxy: TaskManagerProxy
    private(set) var model: TaskListModel?
    let pointer: OpaquePointer
    private let watch = ObjectWatch()

    init(
        _ configure: (inout TaskManagerConfiguration) -> Void = { _ in },
        before: (TaskManagerProxy) -> Void = { _ in }
    ) {
        // What GLib has to complain about is a failure.
        g_log_set_always_fatal(GLogLevelFlags(G_LOG_LEVEL_WARNING.rawValue | G_LOG_LEVEL_CRITICAL.rawValue))
        MainQueueBridge.install()
        var configuration = TaskManagerConfiguration()
        configuration.maximumThreads = 1
        configuration.finishedTaskLimit = 1000
        configure(&configuration)
        proxy = TaskManagerProxy(configuration: configuration)
        before(proxy)
        let model = TaskListModel(proxy.manager)
        self.model = model
        pointer = model.pointer
        watch.add(UnsafeMutableRawPointer(pointer))
    }

    /// Lets go of the model.
    func release() {
        model = nil
    }

    // MARK: - The model as C sees it

    var count: Int {
        Int(g_list_model_get_n_items(pointer))
    }

    var names: [String] {
        (0..<count).map { position in
            let item = takeItem(position)
            defer { g_object_unref(item) }
            return item?.text("name") ?? "?"
        }
    }

    /// The item at a position, which the caller owns.
    func takeItem(_ position: Int) -> UnsafeMutableRawPointer? {
        let item = g_list_model_get_item(pointer, guint(position))
        if let item { watch.add(item) }
        return item
    }

    /// How many of the objects that the test has seen are there still, items and models.
    var liveObjects: Int {
        watch.live
    }

    // MARK: - Tasks

    /// Dispatches until the model says what is asked for.
    func iterate(until condition: () -> Bool) {
        MainContext.default.iterate(until: condition)
    }

    /// Submits tasks that wait for the end of a first one, which runs until the returned closure is called.
    func submitWaiting(_ names: [String]) -> (handles: [TaskHandle<Void>], release: () -> Void) {
        let gate = DispatchSemaphore(value: 0)
        let first = proxy.runThread(name: "first") { _ in gate.wait() }
        iterate { proxy.tasks[id: first.id]?.state == .running }
        let handles = names.map { name in proxy.runThread(name: name) { _ in } }
        iterate { proxy.tasks.count == names.count + 1 }
        return (handles, { gate.signal() })
    }

    /// Dispatches until every `whenDone` has run.
    func settle() {
        let ends = Journal<Void>()
        Task.detached { [proxy] in
            try? await proxy.waitUntilIdle()
            ends.append(())
        }
        ends.wait(forCount: 1)
    }
}

extension UnsafeMutableRawPointer {
    /// A property of this object as GObject says it.
    private func value<Value>(_ property: String, _ read: (UnsafeMutablePointer<GValue>) -> Value) -> Value {
        var value = GValue()
        g_object_get_property(assumingMemoryBound(to: GObject.self), property, &value)
        defer { g_value_unset(&value) }
        return read(&value)
    }

    func text(_ property: String) -> String? {
        value(property) { g_value_get_string($0).map { String(cString: $0) } }
    }

    func flag(_ property: String) -> Bool {
        value(property) { g_value_get_boolean($0) != 0 }
    }

    func number(_ property: String) -> Double {
        value(property) { g_value_get_double($0) }
    }

    func count(_ property: String) -> UInt64 {
        value(property) { UInt64(g_value_get_uint64($0)) }
    }

    /// The nick of an enumeration's value.
    func word(_ property: String) -> String? {
        value(property) { value in
            guard let `class` = g_type_class_ref(value.pointee.g_type) else { return nil }
            defer { g_type_class_unref(`class`) }
            let entry = g_enum_get_value(`class`.assumingMemoryBound(to: GEnumClass.self), g_value_get_enum(value))
            return entry.map { String(cString: $0.pointee.value_nick) }
        }
    }
}
