import FoundationEssentials
import GLibMainLoop
import Glibc
import Logging
import Synchronization

/// One attempt of a task in a worker: the request, the answer, and what reaches the worker only while it has the task.
final class WorkerRun: Sendable {
    let id: WorkerRunID
    let record: TaskRecord
    /// The name of the task's type, under which workers know it.
    let typeName: String
    private let work: any ProcessTask.Type
    private let decode: @Sendable (Data, PassedBuffers?) throws -> any Sendable
    private let clock: any Clock<Duration>
    private let grace: Duration
    private let end: @Sendable (TaskOutcome) -> Void
    private let state: Lock<State>

    private static let lastID = Atomic<UInt64>(0)

    private struct State {
        /// Until a worker has read it.
        var request: [UInt8]
        /// The shared buffers of its arguments, as long.
        var buffers: [SharedMemory]
        /// Has the task.
        var worker: Worker?
        /// Where the request ends in what its worker was sent.
        var requestEnd = 0
        var hasBegun = false
        var isCancelled = false
        /// Whether the worker was sent a signal to end it.
        var isSignalled = false
        var escalation: Task<Void, Never>?
        var outcome: TaskOutcome?
        var isOver = false
    }

    /// - Parameter end: Called once, with how the attempt ended.
    /// - Throws: ``TaskerError/Code/unregisteredType``, ``TaskerError/Code/encodingFailed``,
    ///   ``TaskerError/Code/frameTooLarge``.
    init<Work: ProcessTask>(
        _ work: Work,
        record: TaskRecord,
        grace: Duration,
        clock: any Clock<Duration>,
        end: @escaping @Sendable (TaskOutcome) -> Void
    ) throws(TaskerError) {
        id = WorkerRunID(rawValue: Self.lastID.wrappingAdd(1, ordering: .relaxed).newValue)
        let (request, buffers) = try WorkerProcess.request(
            for: work,
            task: record.id,
            run: id,
            configuration: record.scheduler.configuration
        )
        state = Lock(State(request: request, buffers: buffers))
        typeName = WorkerProcess.name(of: Work.self)
        self.record = record
        self.work = Work.self
        decode = { try WireCoding.decode(Work.Success.self, from: $0, passed: $1) }
        self.clock = clock
        self.grace = grace
        self.end = end
    }

    // MARK: - Life

    /// Gives the task to a worker; under the pool's lock, so that whoever sees that the worker has it can act on that.
    ///
    /// - Returns: Whether it was cancelled while it waited, so that ``tellCancelled()`` is to follow.
    func begin(in worker: Worker) -> Bool {
        state.withLock { state in
            precondition(!state.request.isEmpty, "A task that has begun was given to another worker.")
            state.worker = worker
            do throws(TaskerError) {
                if let limits { try worker.child.limit(limits, hasWorked: true, clock: clock) }
                state.requestEnd = worker.append(state.request, passing: state.buffers)
            } catch {
                state.outcome = .failure(error.about(safeToRetry: true))
                worker.child.signal(SIGKILL)
            }
            return state.isCancelled
        }
    }

    /// Takes the task from its worker, which gets no signal for it from now on.
    ///
    /// - Returns: Whether the worker was sent a signal that is to end it.
    func detach() -> Bool {
        let (isSignalled, escalation, worker) = state.withLock { state in
            defer { (state.worker, state.escalation) = (nil, nil) }
            // A pause that came when the answer was on its way already.
            state.worker?.child.setStopped { false }
            return (state.isSignalled, state.escalation, state.worker)
        }
        escalation?.cancel()
        // Released here, not under the lock.
        return withExtendedLifetime(worker) { isSignalled }
    }

    /// Ends the attempt; once, with the answer if there was one.
    func finish(_ otherwise: TaskOutcome) {
        let (outcome, escalation) = state.withLock { state -> (TaskOutcome?, Task<Void, Never>?) in
            guard !state.isOver else { return (nil, nil) }
            state.isOver = true
            return (state.outcome ?? otherwise, state.escalation)
        }
        escalation?.cancel()
        if let outcome { end(outcome) }
    }

    private var limits: ProcessLimits? {
        record.info.options.shared.values.limits
    }

    /// Whether its worker can have no other task after it.
    var isLimited: Bool {
        limits != nil
    }

    /// Whether the worker has said something of the task, and so has read the request.
    var hasBegun: Bool {
        state.withLock(\.hasBegun)
    }

    var requestEnd: Int {
        state.withLock(\.requestEnd)
    }

    var hasAnswer: Bool {
        state.withLock { $0.outcome != nil }
    }

    var isCancelled: Bool {
        state.withLock(\.isCancelled)
    }

    // MARK: - Cancel and pause

    /// Notes that the task shall end, and tells its worker if it has one; returns at once.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        tellCancelled()
    }

    /// Tells the worker that its task shall end, and makes it if it does not.
    func tellCancelled() {
        guard let frame = try? WorkerFrame(kind: .cancel, run: id.rawValue).encoded() else { return }
        guard tell(frame) else { return }
        let escalation = Escalation.start([(grace, SIGTERM), (grace, SIGKILL)], clock: clock) { self.signal($0) }
        let outdated = state.withLock { state -> Task<Void, Never>? in
            guard state.worker != nil, state.escalation == nil else { return escalation }
            state.escalation = escalation
            return nil
        }
        outdated?.cancel()
    }

    private func signal(_ signal: Int32) {
        state.withLock { state in
            guard let worker = state.worker else { return }
            state.isSignalled = true
            // Under the lock, so that it reaches no task that comes after this one; it does not block.
            worker.child.signal(signal)
        }
    }

    /// Stops the worker's process group, or lets it go on, as the task is paused or not.
    func pauseChanged() {
        // Under the lock, as in `signal`.
        state.withLock { state in
            state.worker?.child.setStopped { record.isPauseRequested }
        }
    }

    // MARK: - On the pump's thread

    /// Does what a frame of this task says.
    ///
    /// - Throws: ``TaskerError/Code/protocolViolation``, or what the decoding of a failure throws.
    func handle(_ frame: WorkerFrame, _ buffers: PassedBuffers?) throws {
        noteBegin()
        switch frame.kind {
        case .progress:
            guard let value = NumberPayload(decoding: frame.payload)?.number else { return }
            if value.isNaN {
                record.forgetProgress()
            } else {
                record.setProgress(min(max(value, 0), 1))
            }
        case .total:
            guard let payload = NumberPayload(decoding: frame.payload), payload.number.isFinite, payload.number > 0
            else { return }
            record.setTotal(payload.number, unit: payload.text.map { ProgressUnit($0) })
        case .message: record.setMessage(String(decoding: frame.payload, as: UTF8.self))
        case .event, .awaitedEvent:
            guard let event = NamedPayload(decoding: frame.payload) else { return }
            var message = TaskMessage(name: event.name, payload: .encoded(event.data, buffers))
            if frame.kind == .awaitedEvent {
                message.receipt = MainCall {}
                message.receipt?.whenOver { _ in self.tellHandled() }
            }
            // Throws only when the task is to end, of which the worker hears; its events are not waited for then.
            try? ExecutionContext(record).send(message)
        case .log: try? WireCoding.decode(WorkerLogRecord.self, from: frame.payload).write(to: record.logger)
        case .result: answer(result(frame.payload, buffers))
        case .failure: answer(.failure(try WireCoding.decode(RemoteFailure.self, from: frame.payload).error(of: work)))
        case .run, .cancel, .handled, .ask:
            throw TaskerError(.protocolViolation, "The worker sent a frame that only workers receive.")
        case .begun, .ready, .spent, .here: break
        }
    }

    private func tellHandled() {
        guard let frame = try? WorkerFrame(kind: .handled, run: id.rawValue).encoded() else { return }
        tell(frame)
    }

    /// Sends the worker bytes, while it has this task.
    ///
    /// - Returns: Whether it has.
    @discardableResult
    private func tell(_ frame: [UInt8]) -> Bool {
        let worker = state.withLock { state in
            // Under the lock, so that it comes after the request, and before that of another task.
            state.worker?.append(frame)
            return state.worker
        }
        worker?.flush()
        return worker != nil
    }

    private func noteBegin() {
        let buffers = state.withLock { state -> [SharedMemory] in
            guard !state.hasBegun else { return [] }
            defer { (state.request, state.buffers) = ([], []) }
            state.hasBegun = true
            return state.buffers
        }
        // Released here, not under the lock.
        withExtendedLifetime(buffers) {}
    }

    private func result(_ payload: Data, _ buffers: PassedBuffers?) -> TaskOutcome {
        do {
            return .success(try decode(payload, buffers))
        } catch {
            return .failure(
                TaskerError(
                    .decodingFailed,
                    "The result of \"\(record.info.shortName)\" could not be decoded: \(error)",
                    underlyingError: error
                )
            )
        }
    }

    /// Notes the first answer; it counts when the worker is ready again, or is no more.
    func answer(_ outcome: TaskOutcome) {
        state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
        }
    }
}
