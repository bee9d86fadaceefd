import CTaskerGLib
import Dispatch
import GLibMainLoop

/// What GLib has for the same.
enum GTasks {
    /// Runs functions that do nothing on GLib's threads, until main has heard of each.
    @MainActor
    static func run(_ count: Int) {
        var done = 0
        withUnsafeMutablePointer(to: &done) { done in
            for _ in 0..<count { start(done) }
            MainContext.default.iterate { done.pointee == count }
        }
    }

    /// Not of the main actor's, because its second closure runs on a thread of GLib's.
    ///
    /// - Parameter done: Counted up on the main thread.
    static func start(_ done: UnsafeMutablePointer<Int>, priority: Int32 = G_PRIORITY_DEFAULT) {
        let task = g_task_new(nil, nil, { _, _, done in done?.assumingMemoryBound(to: Int.self).pointee += 1 }, done)
        g_task_set_priority(task, priority)
        g_task_run_in_thread(task) { task, _, _, _ in g_task_return_boolean(task, 1) }
        g_object_unref(task.map(UnsafeMutableRawPointer.init))
    }

    /// One whose thread calls something.
    static func start(calling body: @escaping @Sendable () -> Void, _ done: UnsafeMutablePointer<Int>) {
        let task = g_task_new(nil, nil, { _, _, done in done?.assumingMemoryBound(to: Int.self).pointee += 1 }, done)
        g_task_set_task_data(task, Unmanaged.passRetained(Body(body)).toOpaque()) { body in
            body.map { Unmanaged<Body>.fromOpaque($0).release() }
        }
        g_task_run_in_thread(task) { task, _, body, _ in
            if let body { Unmanaged<Body>.fromOpaque(body).takeUnretainedValue().call() }
            g_task_return_boolean(task, 1)
        }
        g_object_unref(task.map(UnsafeMutableRawPointer.init))
    }

    private final class Body {
        let call: @Sendable () -> Void
        init(_ call: @escaping @Sendable () -> Void) { self.call = call }
    }

    /// One whose thread waits for a semaphore, which has to live as long.
    static func startBlocking(_ gate: DispatchSemaphore, _ done: UnsafeMutablePointer<Int>) {
        let task = g_task_new(nil, nil, { _, _, done in done?.assumingMemoryBound(to: Int.self).pointee += 1 }, done)
        g_task_set_task_data(task, Unmanaged.passUnretained(gate).toOpaque(), nil)
        g_task_run_in_thread(task) { task, _, gate, _ in
            if let gate { Unmanaged<DispatchSemaphore>.fromOpaque(gate).takeUnretainedValue().wait() }
            g_task_return_boolean(task, 1)
        }
        g_object_unref(task.map(UnsafeMutableRawPointer.init))
    }
}
