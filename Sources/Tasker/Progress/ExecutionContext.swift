import Dispatch
public import GLibMainLoop
import Synchronization

/// A body's way to report progress, send events and notice that it shall end; the same for every kind of task.
///
/// May be used from any thread and shared between threads. After the task has ended everything it does is ignored.
public final class ExecutionContext: Sendable {
    let cell: TaskCell
    /// nil: the whole task.
    private let part: ProgressPart?
    /// The same (`part` keeps it), without a retain and a release a report.
    private let unretainedPart: Unmanaged<ProgressPart>?
    /// The total of the part or the task, one step nearer: a report waits for it.
    private let total: Atomic<Double>
    /// What messages do not show.
    private let secrets: SecretTexts

    init(_ cell: TaskCell, part: ProgressPart? = nil, hiding secrets: SecretTexts = SecretTexts()) {
        self.cell = cell
        self.part = part
        self.secrets = secrets
        unretainedPart = part.map { .passUnretained($0) }
        total = Atomic(part?.count.total ?? cell.count.total)
    }

    /// The task's identity.
    public var taskID: TaskID {
        cell.id
    }

    // MARK: - Cancel

    /// Whether the task was asked to end.
    ///
    /// An atomic read.
    public var isCancelled: Bool {
        cell.isCancelled
    }

    /// Throws if the task was asked to end.
    ///
    /// - Throws: `CancellationError`.
    public func checkCancellation() throws {
        if isCancelled { throw CancellationError() }
    }

    /// A `GCancellable` that is triggered when the task is asked to end; ends the GIO calls it is given to.
    public var cancellable: Cancellable {
        cell.cancellable
    }

    // MARK: - Progress

    /// Sets the value of ``setProgress(_:)-(Double)`` that means "all of it", and what it counts.
    ///
    /// Any thread; at any time, also again when more is found to do.
    ///
    /// - Parameters:
    ///   - total: How many units there are to do.
    ///   - unit: What they are, for people; nil: what was said before. Only the task's own context has a unit: that of a
    ///     sub-context is ignored.
    /// - Throws: ``TaskerError/Code/invalidTotal`` if `total` is zero, negative or not a finite number.
    public func setTotal(_ total: Double, unit: ProgressUnit? = nil) throws {
        let total = try Self.checked(total)
        self.total.store(total, ordering: .relaxed)
        if let part {
            part.setTotal(total)
        } else {
            cell.setTotal(total, unit: unit)
        }
    }

    /// Sets the value of ``setProgress(_:)-(Double)`` that means "all of it", and what it counts.
    ///
    /// - Throws: ``TaskerError/Code/invalidTotal`` if `total` is zero or negative.
    public func setTotal(_ total: some BinaryInteger, unit: ProgressUnit? = nil) throws {
        try setTotal(Double(total), unit: unit)
    }

    /// Reports that `value` of the total (1 unless set) is done.
    ///
    /// Any thread. A store and a look at a flag, so it may be called as often as is convenient; only the first report of a
    /// publication interval does more, and lists the task to be published. Values outside 0…total are clamped; NaN and
    /// infinities are ignored. What weighted sub-contexts have done is added to it.
    public func setProgress(_ value: Double) {
        guard value.isFinite else { return }
        setFraction(min(max(value / total.load(ordering: .relaxed), 0), 1))
    }

    /// Reports a part, 0…1, of the whole, whatever the total is.
    func setFraction(_ fraction: Double) {
        if let unretainedPart {
            unretainedPart._withUnsafeGuaranteedRef { $0.setProgress(fraction) }
        } else {
            cell.setProgress(fraction)
        }
    }

    /// Reports that `value` of the total (1 unless set) is done; see ``setProgress(_:)-(Double)``.
    @inlinable
    public func setProgress(_ value: some BinaryInteger) {
        // Inlinable, because to convert what is only known when it runs took longer than the rest.
        setProgress(Double(value))
    }

    /// Makes the task's progress unknown until the next report: its bar pulses.
    ///
    /// Any thread, at any time. A new reckoning begins: what this context and its sub-contexts have reported counts no more,
    /// and what is published after it may be less than before. Sub-contexts that go on count on from where they are; a part
    /// that starts over takes a new one.
    public func setIndeterminate() {
        if let part {
            part.forgetProgress()
        } else {
            cell.forgetProgress()
        }
    }

    /// Sets the line of text that says what the task is doing.
    ///
    /// Any thread; returns at once. Published like progress: the newest message at most once an interval. Of a command,
    /// ``Command/secrets`` are not shown.
    public func setMessage(_ message: String) {
        cell.setMessage(secrets.hide(in: message))
    }

    /// Makes a context whose 0…1 is the part `base…base + range` of this one's.
    ///
    /// For steps that follow each other: of several ranges, the one that reported last counts. Steps that run at once take
    /// weights, ``subContext(weight:total:)-(Double,Double)``.
    ///
    /// ```swift
    /// let parse = try context.subContext(base: 0, range: 0.3, total: lines.count)
    /// let render = try context.subContext(base: 0.3, range: 0.7)
    /// ```
    ///
    /// - Parameters:
    ///   - base: Where the part begins, 0…1; clamped.
    ///   - range: How long it is, 0…1; cut at the end of this context.
    ///   - total: The total of the new context.
    /// - Throws: ``TaskerError/Code/invalidTotal`` if `total` is zero, negative or not a finite number.
    public func subContext(base: Double, range: Double, total: Double = 1) throws -> ExecutionContext {
        let begin = base.isFinite ? min(max(base, 0), 1) : 0
        let length = range.isFinite ? min(max(range, 0), 1 - begin) : 0
        return makePart(.range(base: begin, length: length), total: try Self.checked(total))
    }

    /// Makes a context whose 0…1 is the part `base…base + range` of this one's.
    ///
    /// - Throws: ``TaskerError/Code/invalidTotal`` if `total` is zero or negative.
    public func subContext(base: Double, range: Double, total: some BinaryInteger) throws -> ExecutionContext {
        try subContext(base: base, range: range, total: Double(total))
    }

    /// Makes a context that stands for `weight` units of this one's total.
    ///
    /// For parts that run at once, on any threads: what they have done adds up, and is added to what this context reports
    /// itself; a sum above the total counts as the total. A part goes on counting after its context was let go.
    ///
    /// ```swift
    /// try context.setTotal(files.map(\.size).reduce(0, +), unit: .bytes)
    /// for file in files {
    ///     let part = try context.subContext(weight: file.size, total: file.chunks.count)
    ///     queue.async { file.export(report: part.setProgress) }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - weight: How many units of this context's total the part stands for.
    ///   - total: The total of the new context.
    /// - Throws: ``TaskerError/Code/invalidWeight`` and ``TaskerError/Code/invalidTotal`` if that number is zero, negative
    ///   or not finite.
    public func subContext(weight: Double, total: Double = 1) throws -> ExecutionContext {
        guard weight.isFinite, weight > 0 else {
            throw TaskerError(.invalidWeight, "The weight of a part must be a positive number; it was \(weight).")
        }
        return makePart(.weight(min(weight, Self.greatestWeight)), total: try Self.checked(total))
    }

    /// Makes a context that stands for `weight` units of this one's total.
    ///
    /// - Throws: ``TaskerError/Code/invalidWeight`` and ``TaskerError/Code/invalidTotal`` if that number is zero or negative.
    public func subContext(weight: some BinaryInteger, total: some BinaryInteger) throws -> ExecutionContext {
        try subContext(weight: Double(weight), total: Double(total))
    }

    /// Makes a context that stands for `weight` units of this one's total.
    ///
    /// - Throws: ``TaskerError/Code/invalidWeight`` if `weight` is zero or negative.
    public func subContext(weight: some BinaryInteger) throws -> ExecutionContext {
        try subContext(weight: Double(weight))
    }

    /// Eight million of these are still a finite sum.
    private static let greatestWeight = 0x1p1000

    private func makePart(_ place: ProgressPart.Place, total: Double) -> ExecutionContext {
        ExecutionContext(cell, part: ProgressPart(of: part, cell, place, total: total), hiding: secrets)
    }

    /// Publishes what was reported so far now instead of at the next interval.
    ///
    /// Returns at once.
    public func flush() {
        cell.flush()
    }

    private static func checked(_ total: Double) throws -> Double {
        guard total.isFinite, total > 0 else {
            throw TaskerError(.invalidTotal, "A total of progress must be a positive number; it was \(total).")
        }
        return total
    }

    // MARK: - Events

    /// Sends an event to the task's `whenEvent` handler.
    ///
    /// Events arrive in order, none is dropped. When 64 of the task's events wait for the main thread, the caller blocks
    /// until one was handled; on the main thread itself it does not wait. Without a `whenEvent` nothing is sent.
    ///
    /// - Throws: `CancellationError` if there is no room and the task was asked to end; in a worker
    ///   ``TaskerError/Code/encodingFailed`` and ``TaskerError/Code/frameTooLarge``.
    @available(*, noasync, message: "in an async body, await sendEvent")
    public func sendEvent(_ name: String, _ value: some Codable & Sendable) throws {
        try send(cell.makeEvent(name, value))
    }

    /// Sends an event without a value to the task's `whenEvent` handler; blocks while there is no room.
    ///
    /// - Throws: `CancellationError` if there is no room and the task was asked to end; in a worker
    ///   ``TaskerError/Code/frameTooLarge``.
    @available(*, noasync, message: "in an async body, await sendEvent")
    public func sendEvent(_ name: String) throws {
        try sendEvent(name, NoValue())
    }

    /// Sends an event to the task's `whenEvent` handler; suspends while there is no room.
    ///
    /// - Throws: `CancellationError` if there is no room and the task was asked to end; in a worker
    ///   ``TaskerError/Code/encodingFailed`` and ``TaskerError/Code/frameTooLarge``.
    public func sendEvent(_ name: String, _ value: some Codable & Sendable) async throws {
        try await deliver(cell.makeEvent(name, value))
    }

    /// Sends an event without a value to the task's `whenEvent` handler; suspends while there is no room.
    ///
    /// - Throws: `CancellationError` if there is no room and the task was asked to end; in a worker
    ///   ``TaskerError/Code/frameTooLarge``.
    public func sendEvent(_ name: String) async throws {
        try await sendEvent(name, NoValue())
    }

    /// Sends an event that was made elsewhere; suspends while there is no room.
    func deliver(_ message: TaskMessage) async throws {
        while case .full(let gate) = try admit(message) {
            await withCheckedContinuation { continuation in gate.wait { continuation.resume() } }
        }
    }

    /// Sends an event that was made elsewhere; blocks while there is no room.
    func send(_ message: TaskMessage) throws {
        while case .full(let gate) = try admit(message) {
            guard !MainContext.default.isOwner else { return cell.sendWithoutRoom(message) }
            let room = DispatchSemaphore(value: 0)
            gate.wait { room.signal() }
            room.wait()
        }
    }

    private func admit(_ message: TaskMessage) throws -> EventGate.Admission {
        let admission = try cell.send(message)
        if case .closed = admission { throw CancellationError() }
        return admission
    }
}
