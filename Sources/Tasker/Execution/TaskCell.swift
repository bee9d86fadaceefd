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
    let count = ProgressCount(isKnown: false)
    private let isListed = Atomic<Bool>(false)
    private let cancelRequested = Atomic<Bool>(false)
    private let reckonings = Atomic<UInt32>(0)
    private let details = Lock(Details())

    private struct Details {
        var message: String?
        var measure: ProgressMeasure?
        var cancellable: Cancellable?
        var cancelHooks: [(ticket: UInt32, hook: @Sendable () -> Void)] = []
        var lastTicket: UInt32 = 0
    }

    /// What a body has reported, as of one moment.
    struct Report {
        /// The fraction done, 0…1; nil: unknown.
        var progress: Double?
        /// How often progress has been forgotten: values of different reckonings say nothing of each other.
        var reckoning: UInt32
        /// What the fraction is a fraction of, if the body has said so.
        var measure: ProgressMeasure?
        var message: String?
    }

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

    /// Has a call made on the main thread: soon, or at once if this is it.
    ///
    /// - Throws: ``TaskerError/Code/unavailableInWorker``.
    func callOnMain(_ call: @escaping @MainActor @Sendable () -> Void) throws {}

    // MARK: - Progress

    /// The fraction done, 0…1; nil: unknown.
    var progress: Double? {
        count.known
    }

    /// What the body has reported until now.
    var report: Report {
        // Before the fraction: a fraction that is older than its reckoning would hold later ones down; one that is newer
        // is sampled again, because its writer lists the task after this.
        let reckoning = reckonings.load(ordering: .sequentiallyConsistent)
        let progress = count.known
        return details.withLock { details in
            Report(progress: progress, reckoning: reckoning, measure: details.measure, message: details.message)
        }
    }

    /// Sets the fraction done.
    ///
    /// Store before exchange, and ``beginSampling()`` before the load: whichever of writer and reader comes second sees
    /// the other's, so no last value is lost. Both are one locked instruction.
    func setProgress(_ fraction: Double) {
        count.set(fraction)
        markChanged()
    }

    /// Leaves the indeterminate state for `fraction`, or for what was done before; does nothing if progress is known.
    func startProgress(at fraction: Double? = nil) {
        if count.begin(at: fraction) { markChanged() }
    }

    /// Sets what the fraction is a fraction of.
    ///
    /// - Parameter unit: nil: the one that was set before.
    func setTotal(_ total: Double, unit: ProgressUnit?) {
        details.withLock { details in
            details.measure = ProgressMeasure(total: total, unit: unit ?? details.measure?.unit)
            count.setTotal(total)
        }
        _ = count.begin(at: 0)
        markChanged()
    }

    /// Goes back to the indeterminate state, and begins a new reckoning.
    func forgetProgress() {
        count.set(0, isKnown: false)
        count.dropParts()
        progressForgotten()
    }

    /// A part has added to the progress.
    func progressChanged() {
        _ = count.begin(at: nil)
        markChanged()
    }

    /// A part has begun anew.
    func progressForgotten() {
        count.hide()
        reckonings.wrappingAdd(1, ordering: .sequentiallyConsistent)
        markChanged()
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
    func requestCancel() {
        guard !cancelRequested.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let (cancellable, hooks) = details.withLock { details in
            let taken = (details.cancellable, details.cancelHooks)
            details.cancelHooks = []
            return taken
        }
        cancellable?.cancel()
        for (_, hook) in hooks { hook() }
    }

    /// Calls `hook` when the task is told to end, at once if it was.
    ///
    /// - Returns: What takes the hook away again.
    @discardableResult
    func onCancel(_ hook: @escaping @Sendable () -> Void) -> UInt32 {
        let (ticket, runsNow) = details.withLock { details in
            details.lastTicket &+= 1
            guard !isCancelled else { return (details.lastTicket, true) }
            details.cancelHooks.append((details.lastTicket, hook))
            return (details.lastTicket, false)
        }
        if runsNow { hook() }
        return ticket
    }

    /// Takes a hook away; it may be running.
    func removeCancelHook(_ ticket: UInt32) {
        let hook = details.withLock { details in
            details.cancelHooks.firstIndex { $0.ticket == ticket }.map { details.cancelHooks.remove(at: $0) }
        }
        // Released here, outside the lock: it may own anything.
        _ = hook
    }

    /// Releases what a body that has ended no longer needs.
    func dropCancelHooks() {
        let hooks = details.withLock { details in
            let hooks = details.cancelHooks
            details.cancelHooks = []
            return hooks
        }
        // The hooks are released here, outside the lock: they may own anything.
        _ = hooks
    }
}
