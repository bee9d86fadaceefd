import CTaskerGLib

/// A set of event sources that one thread at a time dispatches.
///
/// Every method may be called from any thread, unless it says otherwise. Handlers run on the thread that owns the
/// context, which for ``default`` is the thread GTK runs on. Stands on `GMainContext`.
public final class MainContext: @unchecked Sendable {
    // `@unchecked`: GLib documents `GMainContext` as usable from any thread; the pointer never changes.

    /// The underlying context, for C functions that take one.
    ///
    /// Valid as long as this object.
    public let pointer: OpaquePointer

    /// The context of the application's main thread; GTK draws on it.
    public static let `default` = MainContext(retaining: g_main_context_default())

    /// Makes a context of its own, for a thread that wants to dispatch apart from the main thread.
    public init() {
        pointer = g_main_context_new()
    }

    private init(retaining pointer: OpaquePointer) {
        self.pointer = g_main_context_ref(pointer)
    }

    deinit {
        g_main_context_unref(pointer)
    }

    /// Whether the calling thread owns this context, that is: is dispatching it or has acquired it.
    ///
    /// For ``default`` this is what "on the main thread" means. It is false on the main thread before its loop runs.
    public var isOwner: Bool {
        g_main_context_is_owner(pointer) != 0
    }

    /// Whether a source is ready to be dispatched.
    ///
    /// Owner thread, or a thread that can become it.
    public var hasPendingEvents: Bool {
        g_main_context_pending(pointer) != 0
    }

    /// Dispatches the ready sources of the highest priority once; waits for one if `mayBlock`.
    ///
    /// - Returns: Whether anything was dispatched.
    @discardableResult
    public func iterate(mayBlock: Bool) -> Bool {
        g_main_context_iteration(pointer, mayBlock ? 1 : 0) != 0
    }

    /// Makes a blocked ``iterate(mayBlock:)`` or ``MainLoop/run()`` look again.
    public func wakeUp() {
        g_main_context_wakeup(pointer)
    }

    /// Runs `body` once on the owner's thread; at once if the caller is the owner.
    ///
    /// - Parameter priority: When it runs, if it has to wait.
    public func invoke(priority: SourcePriority = .default, _ body: @escaping @Sendable () -> Void) {
        guard !isOwner else { return body() }
        addIdle(priority: priority) {
            body()
            return .remove
        }
    }

    /// Calls `handler` whenever nothing of a higher priority is to be done, until it answers `.remove`.
    @discardableResult
    public func addIdle(
        priority: SourcePriority = .defaultIdle,
        _ handler: @escaping @Sendable () -> SourceContinuation
    ) -> EventSource {
        add(g_idle_source_new(), priority: priority, .plain(handler))
    }

    /// Calls `handler` after each `interval`, until it answers `.remove`.
    ///
    /// - Parameter interval: Rounded up to whole milliseconds; below zero counts as zero, above 2³²−1 ms as that.
    @discardableResult
    public func addTimeout(
        every interval: Duration,
        priority: SourcePriority = .default,
        _ handler: @escaping @Sendable () -> SourceContinuation
    ) -> EventSource {
        add(g_timeout_source_new(interval.wholeMilliseconds), priority: priority, .plain(handler))
    }

    /// Calls `handler` whenever one of `events` holds for `descriptor`, until it answers `.remove`.
    ///
    /// The descriptor stays the caller's and must stay open until the source is removed.
    @discardableResult
    public func addDescriptor(
        _ descriptor: Int32,
        events: DescriptorEvents,
        priority: SourcePriority = .default,
        _ handler: @escaping @Sendable (DescriptorEvents) -> SourceContinuation
    ) -> EventSource {
        add(
            g_unix_fd_source_new(descriptor, GIOCondition(rawValue: events.rawValue)),
            priority: priority,
            .descriptor(handler)
        )
    }

    /// Calls `handler` on the context's thread after each arrival of `signal`, until it answers `.remove`.
    ///
    /// GLib takes over the process's disposition of that signal, so the handler is ordinary code and may call
    /// anything. The default disposition returns when the last source of the signal is removed and its token let go.
    ///
    /// - Parameter signal: `SIGHUP`, `SIGINT`, `SIGTERM`, `SIGUSR1`, `SIGUSR2` or `SIGWINCH`; any other is a
    ///   programming error and traps.
    @discardableResult
    public func addSignal(
        _ signal: Int32,
        priority: SourcePriority = .default,
        _ handler: @escaping @Sendable () -> SourceContinuation
    ) -> EventSource {
        guard let source = g_unix_signal_source_new(signal) else {
            preconditionFailure("GLib can watch the signals HUP, INT, TERM, USR1, USR2 and WINCH, but not \(signal).")
        }
        return add(source, priority: priority, .plain(handler))
    }

    private func add(
        _ source: UnsafeMutablePointer<GSource>,
        priority: SourcePriority,
        _ handler: HandlerBox.Handler
    ) -> EventSource {
        let callback: GSourceFunc =
            switch handler {
            case .plain: HandlerBox.plainCallback
            // A descriptor source calls its callback with three arguments; `g_source_set_callback` takes every
            // callback in `GSourceFunc`'s clothes, and GLib's own macro does this same cast.
            case .descriptor: unsafeBitCast(HandlerBox.descriptorCallback, to: GSourceFunc.self)
            }
        return EventSource(
            source,
            priority: priority,
            handler: HandlerBox(handler),
            callback: callback,
            context: self
        )
    }
}
