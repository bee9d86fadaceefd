import CTaskerGLib
// For the linker: the two `_4CF` functions are in libdispatch, which CTaskerGLib does not link.
import Dispatch
import Glibc
import Synchronization

/// Makes `@MainActor`, `Task { @MainActor in … }` and `DispatchQueue.main` run on the GLib main loop.
///
/// `g_main_loop_run` does not drain Dispatch's main queue: without the bridge `await MainActor.run { }` never returns,
/// silently. ``install()`` watches the queue's eventfd with a GLib source. `Tasker` installs it by itself before its
/// first callback; a program that uses the main actor earlier installs it in the first lines of `main`.
public enum MainQueueBridge: Sendable {
    private static let installed = Atomic(false)

    /// Whether the bridge is in place.
    ///
    /// Any thread.
    public static var isInstalled: Bool {
        installed.load(ordering: .acquiring)
    }

    /// Puts the bridge in place; once per process, further calls do nothing.
    ///
    /// Call it on the process's main thread (libdispatch traps when its main queue is drained elsewhere); another
    /// thread is a programming error and traps, in a debug build with that sentence.
    public static func install() {
        precondition(
            getpid() == tasker_thread_id(),
            "MainQueueBridge.install() must be called on the process's main thread; a GTK program needs a synchronous main."
        )
        guard installed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else { return }
        let handle = _dispatch_get_main_queue_handle_4CF()
        // Below redraw, so that a main actor that is always busy costs no frame, and at Tasker's own priority, so
        // that neither starves the other.
        MainContext.default.addDescriptor(handle, events: .readable, priority: .belowRedraw) { _ in
            // The eventfd stays readable until it is read: without this a core spins from the first job on. It is
            // read before draining, so that a job enqueued during the drain signals again.
            var count: UInt64 = 0
            read(handle, &count, MemoryLayout<UInt64>.size)
            _dispatch_main_queue_callback_4CF(nil)
            return .continue
        }
    }
}
