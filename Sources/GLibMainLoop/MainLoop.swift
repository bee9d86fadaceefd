import CTaskerGLib

/// Runs a ``MainContext`` until told to stop, for programs without a `GtkApplication`.
///
/// Stands on `GMainLoop`.
///
/// ```swift
/// let loop = MainLoop()
/// taskManager.addCoroutine { context in … } whenDone: { _ in loop.quit() }
/// loop.run()
/// ```
public final class MainLoop: @unchecked Sendable {
    // `@unchecked`: `g_main_loop_quit` and `g_main_loop_is_running` may be called from any thread; the pointer never
    // changes.
    private let pointer: OpaquePointer

    /// Makes a loop over `context`.
    public init(context: MainContext = .default) {
        pointer = g_main_loop_new(context.pointer, 0)
    }

    deinit {
        g_main_loop_unref(pointer)
    }

    /// Whether the loop is between ``run()`` and ``quit()``.
    ///
    /// Any thread.
    public var isRunning: Bool {
        g_main_loop_is_running(pointer) != 0
    }

    /// Dispatches the context on the calling thread until ``quit()``.
    ///
    /// Call it from synchronous code; under `async main` the calling thread is not the process's main thread.
    public func run() {
        g_main_loop_run(pointer)
    }

    /// Makes ``run()`` return.
    ///
    /// Any thread; returns at once; before `run()` it does nothing.
    public func quit() {
        g_main_loop_quit(pointer)
    }
}
