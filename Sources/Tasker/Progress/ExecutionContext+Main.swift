import Dispatch

extension ExecutionContext {
    /// Runs a function on the main thread and returns what it returns; suspends until then.
    ///
    /// For what only the main thread may do, such as asking a widget; in any kind of body except a process. From any thread; on
    /// the main thread itself it is called at once. What the body has sent before arrives before.
    ///
    /// ```swift
    /// let name = try await context.onMain { entry.text }
    /// ```
    ///
    /// Needs the main loop to run. The function holds up the window as long as it runs; it waits its turn below GTK's
    /// redraw. When the task, or the Swift task that waits, is cancelled before the function has begun, it never runs;
    /// afterwards it is waited for.
    ///
    /// - Parameter body: Called once at most, on the main actor.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw; `CancellationError` if it did not run, also when the task has ended; in a worker
    ///   ``TaskerError/Code/unavailableInWorker``.
    public func onMain<Value: Sendable>(
        _ body: @escaping @MainActor @Sendable () throws -> Value
    ) async throws -> Value {
        let (call, ticket) = try begin(body)
        defer { cell.removeCancelHook(ticket) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                call.whenOver { continuation.resume(with: $0) }
            }
        } onCancel: {
            call.cancel()
        }
    }

    /// Runs a function on the main thread and returns what it returns; blocks the calling thread until then.
    ///
    /// For bodies of threads, and `onOutput` of a command. Otherwise as the async function of this name, which async bodies
    /// call:
    ///
    /// ```swift
    /// let width = try context.onMain { drawingArea.width }
    /// ```
    ///
    /// - Parameter body: Called once at most, on the main actor.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw; `CancellationError` if the task was cancelled before it had begun; in a worker
    ///   ``TaskerError/Code/unavailableInWorker``.
    @available(*, noasync, message: "in an async body, await onMain")
    public func onMain<Value: Sendable>(_ body: @escaping @MainActor @Sendable () throws -> Value) throws -> Value {
        let (call, ticket) = try begin(body)
        defer { cell.removeCancelHook(ticket) }
        let over = DispatchSemaphore(value: 0)
        call.whenOver { _ in over.signal() }
        over.wait()
        guard let outcome = call.outcome else { preconditionFailure("A call that is over has an outcome.") }
        return try outcome.get()
    }

    private func begin<Value: Sendable>(
        _ body: @escaping @MainActor @Sendable () throws -> Value
    ) throws -> (call: MainCall<Value>, ticket: UInt32) {
        let call = MainCall(body)
        let ticket = cell.onCancel { call.cancel() }
        do {
            try cell.callOnMain { call.run() }
        } catch {
            cell.removeCancelHook(ticket)
            throw error
        }
        return (call, ticket)
    }
}
