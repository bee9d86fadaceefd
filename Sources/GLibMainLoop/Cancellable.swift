public import CTaskerGLib

/// GIO's token of cancellation, to be passed to GIO calls so that they end when a task is cancelled.
///
/// Any thread. Stands on `GCancellable`.
public final class Cancellable: @unchecked Sendable {
    // `@unchecked`: GIO documents `GCancellable` as safe to use from any thread; the pointer never changes.

    /// The underlying object, for GIO calls.
    ///
    /// Valid as long as this object.
    public let pointer: UnsafeMutablePointer<GCancellable>

    /// Makes one that is not cancelled.
    public init() {
        pointer = g_cancellable_new()
    }

    deinit {
        g_object_unref(pointer)
    }

    /// Whether ``cancel()`` was called.
    public var isCancelled: Bool {
        g_cancellable_is_cancelled(pointer) != 0
    }

    /// Ends the GIO calls that were given this object; they fail with `G_IO_ERROR_CANCELLED`.
    public func cancel() {
        g_cancellable_cancel(pointer)
    }
}
