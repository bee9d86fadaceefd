import CTaskerGLib

/// A source that stays in its context and calls its handler when it has been signalled, once for several times.
///
/// To signal takes neither a lock nor a system call. To attach a source instead, as `g_idle_add` does, takes the context's lock and
/// wakes its thread while it is held: that thread then waits for the lock. Any thread, where nothing else is said.
package final class ManualSource: @unchecked Sendable {
    // `@unchecked`: the pointer never changes; what is behind it is atomic, or the context's thread's.
    private let pointer: UnsafeMutablePointer<GSource>
    // Keeps the pointer valid.
    private let source: EventSource

    /// Makes a source and attaches it.
    ///
    /// - Parameters:
    ///   - patience: How long it waits, from the first time that the context looks at it when it was signalled.
    ///   - handler: Called on the context's thread; also while it runs already, and there runs a loop of its own.
    package init(
        context: MainContext,
        priority: SourcePriority,
        patience: Duration = .zero,
        _ handler: @escaping @Sendable () -> Void
    ) {
        pointer = tasker_manual_source_new(Int(patience.wholeMilliseconds) * 1000)
        let box = HandlerBox(
            .plain {
                handler()
                return .continue
            }
        )
        source = EventSource(
            pointer,
            priority: priority,
            handler: box,
            callback: HandlerBox.plainCallback,
            context: context
        )
    }

    deinit {
        source.remove()
    }

    /// Lets the handler be called when the context looks next; if it may wait in the system, it is to be woken, once for all that is
    /// signalled.
    package func signal() {
        tasker_manual_source_signal(pointer)
    }

    /// Takes back what was signalled so far; the context's thread only.
    package func clear() {
        tasker_manual_source_clear(pointer)
    }
}
