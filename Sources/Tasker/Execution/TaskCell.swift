import CTaskerGLib
import GLibMainLoop
import Logging
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
    private let details = Lock(OnDemand<Details>())

    private struct Details: EmptyAtFirst {
        var message: String?
        var measure: ProgressMeasure?
        var cancellable: Cancellable?
        var cancelHooks: [(ticket: UInt32, hook: @Sendable () -> Void)] = []
        var lastTicket: UInt32 = 0
        /// Which body runs, of several that run one after the other.
        var attempt = 1
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

        var isEmpty: Bool {
            progress == nil && reckoning == 0 && measure == nil && message == nil
        }
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

    /// Where the body logs.
    var logger: Logger { Logger(label: "tasker") { _ in SwiftLogNoOpLogHandler() } }

    /// Whether this thread may wait for the main thread.
    var mayWaitForMain: Bool { true }

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
            Report(
                progress: progress,
                reckoning: reckoning,
                measure: details.box?.value.measure,
                message: details.box?.value.message
            )
        }
    }

    /// Sets the fraction done.
    ///
    /// Store before exchange, and ``beginSampling()`` before the load: whichever of writer and reader comes second sees
    /// the other's, so no last value is lost. Both are one locked instruction, or the reader passes a ``ReportBarrier`` for both.
    /// Two writers are not ordered by that.
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
            details.value.measure = ProgressMeasure(total: total, unit: unit ?? details.value.measure?.unit)
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

    /// Another body begins: nothing is known of its progress; the caller sees to it that this is published.
    func restartProgress() {
        count.set(0, isKnown: false)
        count.dropParts()
        count.setTotal(1)
        details.withLock { $0.value.measure = nil }
        reckonings.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    var message: String? {
        details.withLock { $0.value.message }
    }

    func setMessage(_ message: String) {
        details.withLock { $0.value.message = message }
        markChanged()
    }

    /// Lists what has changed to be published; once until it is sampled.
    func markChanged() {
        if ReportBarrier.isInUse {
            tasker_keep_order()
            if isListed.load(ordering: .relaxed) { return }
        }
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
            if let cancellable = details.value.cancellable { return (cancellable, false) }
            let cancellable = Cancellable()
            details.value.cancellable = cancellable
            return (cancellable, true)
        }
        // `requestCancel` sets the flag before it looks for a cancellable, so one of the two sees the other.
        if isNew, isCancelled { cancellable.cancel() }
        return cancellable
    }

    /// Tells the body that it shall end, once; from any thread.
    ///
    /// - Parameter attempt: Which body is meant; one that began after it does not hear of it.
    func requestCancel(attempt: Int = .max) {
        let taken = details.withLock { details -> (Cancellable?, [(ticket: UInt32, hook: @Sendable () -> Void)])? in
            guard details.value.attempt <= attempt, !cancelRequested.exchange(true, ordering: .acquiringAndReleasing)
            else {
                return nil
            }
            defer { details.value.cancelHooks = [] }
            return (details.value.cancellable, details.value.cancelHooks)
        }
        guard let (cancellable, hooks) = taken else { return }
        cancellable?.cancel()
        for (_, hook) in hooks { hook() }
    }

    /// What a body has left behind; its release is other people's code, so never under a lock.
    struct Leftover {
        fileprivate let cancellable: Cancellable?
        fileprivate let hooks: [(ticket: UInt32, hook: @Sendable () -> Void)]
    }

    /// Gets ready for another body.
    ///
    /// - Returns: What is left of the one before; nil: nothing.
    func beginAttempt(_ attempt: Int) -> Leftover? {
        details.withLock { details in
            cancelRequested.store(false, ordering: .releasing)
            // What most tasks have: one body, and no details yet.
            guard attempt > 1 || details.isInUse else { return nil }
            defer { (details.value.cancellable, details.value.cancelHooks) = (nil, []) }
            details.value.attempt = attempt
            let left = Leftover(cancellable: details.value.cancellable, hooks: details.value.cancelHooks)
            return left.cancellable == nil && left.hooks.isEmpty ? nil : left
        }
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
    ///
    /// - Returns: What takes the hook away again.
    @discardableResult
    func onCancel(_ hook: @escaping @Sendable () -> Void) -> UInt32 {
        let (ticket, runsNow) = details.withLock { details in
            details.value.lastTicket &+= 1
            guard !isCancelled else { return (details.value.lastTicket, true) }
            details.value.cancelHooks.append((details.value.lastTicket, hook))
            return (details.value.lastTicket, false)
        }
        if runsNow { hook() }
        return ticket
    }

    /// Takes a hook away; it may be running.
    func removeCancelHook(_ ticket: UInt32) {
        let hook = details.withLock { details in
            details.value.cancelHooks.firstIndex { $0.ticket == ticket }.map {
                details.value.cancelHooks.remove(at: $0)
            }
        }
        // Released here, outside the lock: it may own anything.
        _ = hook
    }

    /// Whether somebody asked for the cancellable, and may have connected anything to it.
    var hasCancellable: Bool {
        details.withLock { $0.box?.value.cancellable != nil }
    }

    /// Whether somebody is to be called when the task is told to end.
    var hasCancelHooks: Bool {
        details.withLock { $0.box?.value.cancelHooks.isEmpty == false }
    }

    /// Releases what a body that has ended no longer needs.
    ///
    /// - Parameter attempt: Which body; one that began after it keeps what it has.
    func dropCancelHooks(upTo attempt: Int = .max) {
        let hooks = details.withLock { details -> [(ticket: UInt32, hook: @Sendable () -> Void)] in
            guard details.isInUse, details.value.attempt <= attempt else { return [] }
            let hooks = details.value.cancelHooks
            details.value.cancelHooks = []
            return hooks
        }
        // The hooks are released here, outside the lock: they may own anything.
        _ = hooks
    }
}
