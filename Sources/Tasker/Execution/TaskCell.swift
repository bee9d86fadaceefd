import GLibMainLoop
import Synchronization

/// What a running body reads and writes: progress, message, the request to end.
///
/// The base of the application's ``TaskRecord`` and of the worker's cell, so that an ``ExecutionContext`` is the same in
/// both. Subclasses say where a change goes.
class TaskCell: @unchecked Sendable {
    // `@unchecked` because the class is open to its two subclasses: every stored property is an atomic, a lock or a
    // constant, there too.

    let id: TaskID
    private let progressBits = Atomic<UInt64>(TaskCell.indeterminate)
    private let isListed = Atomic<Bool>(false)
    private let cancelRequested = Atomic<Bool>(false)
    private let details = Lock(Details())

    private struct Details {
        var message: String?
        var cancellable: Cancellable?
        var cancelHooks: [@Sendable () -> Void] = []
        /// Which body runs, of several that run one after the other.
        var attempt = 0
    }

    private static let indeterminate = Double.nan.bitPattern

    init(id: TaskID) {
        self.id = id
    }

    // MARK: - For subclasses

    /// Progress or message changed for the first time since ``beginSampling()``.
    func changed() {}

    /// Asks that what changed be sent now.
    func flush() {}

    /// Makes an event of a value.
    func makeEvent(_ name: String, _ value: some Encodable & Sendable) throws -> TaskMessage {
        TaskMessage(name: name, payload: .value(value))
    }

    /// Hands an event on, or says why not now.
    func send(_ message: TaskMessage) throws -> EventGate.Admission { .admitted }

    /// Hands an event on although there is no room, for a sender that must not wait.
    func sendWithoutRoom(_ message: TaskMessage) {}

    // MARK: - Progress

    /// The fraction done, 0…1; nil: unknown.
    var progress: Double? {
        let value = Double(bitPattern: progressBits.load(ordering: .sequentiallyConsistent))
        return value.isNaN ? nil : value
    }

    /// Sets the fraction done.
    ///
    /// Store before exchange, and ``beginSampling()`` before the load: whichever of writer and reader comes second sees
    /// the other's, so no last value is lost. Both are one locked instruction.
    func setProgress(_ fraction: Double) {
        progressBits.store(fraction.bitPattern, ordering: .relaxed)
        markChanged()
    }

    /// Leaves the indeterminate state for `fraction`; does nothing if progress is known.
    func startProgress(at fraction: Double) {
        let (exchanged, _) = progressBits.compareExchange(
            expected: Self.indeterminate,
            desired: fraction.bitPattern,
            ordering: .sequentiallyConsistent
        )
        if exchanged { markChanged() }
    }

    /// Another body begins: nothing is known of its progress.
    func restartProgress() {
        progressBits.store(Self.indeterminate, ordering: .sequentiallyConsistent)
    }

    var message: String? {
        details.withLock { $0.message }
    }

    func setMessage(_ message: String) {
        details.withLock { $0.message = message }
        markChanged()
    }

    private func markChanged() {
        guard !isListed.exchange(true, ordering: .sequentiallyConsistent) else { return }
        changed()
    }

    /// Says that progress and message are about to be read; what is written from here on counts as a new change.
    func beginSampling() {
        isListed.store(false, ordering: .sequentiallyConsistent)
    }

    // MARK: - Cancel

    var isCancelled: Bool {
        cancelRequested.load(ordering: .acquiring)
    }

    var cancellable: Cancellable {
        let (cancellable, isNew) = details.withLock { details -> (Cancellable, Bool) in
            if let cancellable = details.cancellable { return (cancellable, false) }
            let cancellable = Cancellable()
            details.cancellable = cancellable
            return (cancellable, true)
        }
        // `requestCancel` sets the flag before it looks for a cancellable, so one of the two sees the other.
        if isNew, isCancelled { cancellable.cancel() }
        return cancellable
    }

    /// Tells the body that it shall end, once; from any thread.
    ///
    /// - Parameter attempt: Which body is meant; one that began after it does not hear of it.
    func requestCancel(attempt: Int = 0) {
        let taken = details.withLock { details -> (Cancellable?, [@Sendable () -> Void])? in
            guard details.attempt <= attempt, !cancelRequested.exchange(true, ordering: .acquiringAndReleasing) else {
                return nil
            }
            defer { details.cancelHooks = [] }
            return (details.cancellable, details.cancelHooks)
        }
        guard let (cancellable, hooks) = taken else { return }
        cancellable?.cancel()
        for hook in hooks { hook() }
    }

    /// Gets ready for another body.
    func beginAttempt(_ attempt: Int) {
        let released = details.withLock { details in
            defer { (details.cancellable, details.cancelHooks) = (nil, []) }
            details.attempt = attempt
            cancelRequested.store(false, ordering: .releasing)
            return (details.cancellable, details.cancelHooks)
        }
        // Here, outside the lock: the hooks may own anything.
        _ = released
    }

    // MARK: - Pause

    /// Whether the body shall stand still at its next checkpoint.
    ///
    /// A worker's body is stopped from outside.
    var isPauseRequested: Bool { false }

    /// The body is at a place where it can stand still.
    ///
    /// - Returns: Whether it is to; then it calls ``standStill(_:)``.
    func reachCheckpoint() -> Bool { false }

    /// Waits until the body may go on; the closure is called once, perhaps before this returns.
    func standStill(_ goOn: @escaping @Sendable () -> Void) {
        goOn()
    }

    /// Calls `hook` when the task is told to end, at once if it was.
    func onCancel(_ hook: @escaping @Sendable () -> Void) {
        let runsNow = details.withLock { details in
            guard !isCancelled else { return true }
            details.cancelHooks.append(hook)
            return false
        }
        if runsNow { hook() }
    }

    /// Releases what a body that has ended no longer needs.
    ///
    /// - Parameter attempt: Which body; one that began after it keeps what it has.
    func dropCancelHooks(upTo attempt: Int = .max) {
        let hooks = details.withLock { details in
            guard details.attempt <= attempt else { return [] as [@Sendable () -> Void] }
            let hooks = details.cancelHooks
            details.cancelHooks = []
            return hooks
        }
        // The hooks are released here, outside the lock: they may own anything.
        _ = hooks
    }
}
