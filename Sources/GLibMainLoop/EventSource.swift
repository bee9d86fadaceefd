import CTaskerGLib

/// What a source's handler says about the source's future.
public enum SourceContinuation: Sendable {
    /// The source stays and fires again.
    case `continue`
    /// The source is removed; its handler is released.
    case remove
}

/// A source of a ``MainContext``: the token that removes it.
///
/// Letting go of the token leaves the source in place; only ``remove()``, the handler's answer or the end of the
/// context ends it. The token keeps its context alive. May be used from any thread. Stands on `GSource`.
public final class EventSource: @unchecked Sendable {
    // `@unchecked`: a `GSource` that is attached to a context is protected by that context's lock, and the pointer
    // itself never changes.
    private let source: UnsafeMutablePointer<GSource>
    // Keeps the context alive: where one thread destroys a source while another drops the last reference to its
    // context, GLib 2.74 hangs or aborts ("g_mutex_clear() called on uninitialised or locked mutex").
    private let context: MainContext

    /// Takes over `source`, gives it `handler` and attaches it to `context`.
    init(
        _ source: UnsafeMutablePointer<GSource>,
        priority: SourcePriority,
        handler: HandlerBox,
        callback: @escaping GSourceFunc,
        context: MainContext
    ) {
        self.source = source
        self.context = context
        g_source_set_priority(source, priority.rawValue)
        // The box is released in the destroy notify and nowhere else: then a source that is removed before it fired
        // releases it too, and one that fires often keeps it.
        g_source_set_callback(source, callback, Unmanaged.passRetained(handler).toOpaque()) { box in
            box.map { Unmanaged<HandlerBox>.fromOpaque($0).release() }
        }
        handler.publish()
        g_source_attach(source, context.pointer)
    }

    deinit {
        g_source_unref(source)
    }

    /// Whether the source has been removed, by ``remove()`` or by its handler.
    public var isRemoved: Bool {
        g_source_is_destroyed(source) != 0
    }

    /// Removes the source: its handler is not called again, and released.
    ///
    /// Returns at once, from any thread. On the context's own thread the handler is never called after this returns.
    /// From another thread, a call that is under way or just beginning goes on to its end, and the handler is released
    /// after it, there; otherwise it is released here. Removing twice does nothing.
    public func remove() {
        g_source_destroy(source)
    }
}
