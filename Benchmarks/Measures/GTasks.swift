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

    private static func make(_ done: UnsafeMutablePointer<Int>) -> OpaquePointer? {
        g_task_new(nil, nil, { _, _, done in done?.assumingMemoryBound(to: Int.self).pointee += 1 }, done)
    }

    private static func run(_ task: OpaquePointer?, _ function: GTaskThreadFunc) {
        g_task_run_in_thread(task, function)
        g_object_unref(task.map(UnsafeMutableRawPointer.init))
    }

    /// Not of the main actor's, because its closure runs on a thread of GLib's.
    ///
    /// - Parameter done: Counted up on the main thread.
    static func start(_ done: UnsafeMutablePointer<Int>, priority: Int32 = G_PRIORITY_DEFAULT) {
        let task = make(done)
        g_task_set_priority(task, priority)
        run(task) { task, _, _, _ in g_task_return_boolean(task, 1) }
    }

    /// One whose thread calls something.
    static func start(calling body: @escaping @Sendable () -> Void, _ done: UnsafeMutablePointer<Int>) {
        let task = make(done)
        g_task_set_task_data(task, Unmanaged.passRetained(Body(body)).toOpaque()) { body in
            body.map { Unmanaged<Body>.fromOpaque($0).release() }
        }
        run(task) { task, _, body, _ in
            if let body { Unmanaged<Body>.fromOpaque(body).takeUnretainedValue().call() }
            g_task_return_boolean(task, 1)
        }
    }

    private final class Body {
        let call: @Sendable () -> Void
        init(_ call: @escaping @Sendable () -> Void) { self.call = call }
    }

    /// One whose thread waits for a semaphore, which has to live as long.
    static func startBlocking(_ gate: DispatchSemaphore, _ done: UnsafeMutablePointer<Int>) {
        let task = make(done)
        g_task_set_task_data(task, Unmanaged.passUnretained(gate).toOpaque(), nil)
        run(task) { task, _, gate, _ in
            if let gate { Unmanaged<DispatchSemaphore>.fromOpaque(gate).takeUnretainedValue().wait() }
            g_task_return_boolean(task, 1)
        }
    }
}
