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
        let call = MainCall(body)
        return try await outcome(of: call) { try cell.callOnMain { call.run() } }
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
        let call = MainCall(body)
        return try outcome(of: call) { try cell.callOnMain { call.run() } }
    }

    // MARK: - Events that are waited for

    /// Sends an event to the task's `whenEvent` handler and returns when that has run; suspends until then.
    ///
    /// From any thread and any kind of body, a process too: for a body that may only go on when the window knows. Without
    /// a `whenEvent` nothing is waited for.
    ///
    /// - Throws: What ``sendEvent(_:_:)-34bzu`` throws; `CancellationError` also if the task, or the Swift task that waits,
    ///   was asked to end before the handler has run, which it will all the same.
    public func sendEventAndWait(_ name: String, _ value: some Codable & Sendable) async throws {
        var message = try cell.makeEvent(name, value)
        let receipt = MainCall<Void> {}
        message.receipt = receipt
        try await deliver(message)
        try await outcome(of: receipt) {}
    }

    /// Sends an event without a value to the task's `whenEvent` handler and returns when that has run; suspends until then.
    ///
    /// Otherwise as the function that takes a value.
    public func sendEventAndWait(_ name: String) async throws {
        try await sendEventAndWait(name, NoValue())
    }

    /// Sends an event to the task's `whenEvent` handler and returns when that has run; blocks the calling thread until then.
    ///
    /// For bodies of threads and of processes that are not async; on the main thread itself it does not wait. Otherwise as
    /// the async function of this name.
    ///
    /// - Throws: What ``sendEvent(_:_:)-34bzu`` throws; `CancellationError` also if the task was asked to end before the
    ///   handler has run, which it will all the same.
    @available(*, noasync, message: "in an async body, await sendEventAndWait")
    public func sendEventAndWait(_ name: String, _ value: some Codable & Sendable) throws {
        guard cell.mayWaitForMain else { return try sendEvent(name, value) }
        var message = try cell.makeEvent(name, value)
        let receipt = MainCall<Void> {}
        message.receipt = receipt
        try send(message)
        try outcome(of: receipt) {}
    }

    /// Sends an event without a value to the task's `whenEvent` handler and returns when that has run; blocks the calling
    /// thread until then.
    ///
    /// Otherwise as the function that takes a value.
    @available(*, noasync, message: "in an async body, await sendEventAndWait")
    public func sendEventAndWait(_ name: String) throws {
        try sendEventAndWait(name, NoValue())
    }

    // MARK: - Waiting

    /// Begins a call and suspends until it is over.
    private func outcome<Value>(of call: MainCall<Value>, _ begin: () throws -> Void) async throws -> Value {
        let ticket = try start(call, begin)
        defer { cell.removeCancelHook(ticket) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                call.whenOver { continuation.resume(with: $0) }
            }
        } onCancel: {
            call.cancel()
        }
    }

    /// Begins a call and blocks until it is over.
    private func outcome<Value>(of call: MainCall<Value>, _ begin: () throws -> Void) throws -> Value {
        let ticket = try start(call, begin)
        defer { cell.removeCancelHook(ticket) }
        let over = DispatchSemaphore(value: 0)
        call.whenOver { _ in over.signal() }
        over.wait()
        guard let outcome = call.outcome else { preconditionFailure("A call that is over has an outcome.") }
        return try outcome.get()
    }

    private func start(_ call: MainCall<some Sendable>, _ begin: () throws -> Void) throws -> UInt32 {
        let ticket = cell.onCancel { call.cancel() }
        do {
            try begin()
        } catch {
            cell.removeCancelHook(ticket)
            throw error
        }
        return ticket
    }
}
