import FoundationEssentials
import GLibMainLoop
import Glibc
import Subprocess
import SystemPackage

extension Scheduler {
    /// How to run work in a worker process as the body of a record.
    func process<Work: ProcessTask>(_ work: Work) -> TaskRecord.Start {
        { record in
            Task.detached(executorPreference: ThreadPool.supervision) {
                self.bodyEnded(record, await self.runInWorker(work, record))
            }
            return nil
        }
    }

    private func runInWorker<Work: ProcessTask>(_ work: Work, _ record: TaskRecord) async -> TaskOutcome {
        do {
            let request = try WorkerProcess.request(for: work, task: record.id)
            let run = try WorkerRun(record: record, request: request, work: Work.self) { data in
                try WireCoding.decode(Work.Success.self, from: data)
            }
            let grace = gracePeriod(of: record)
            let clock = configuration.clock
            record.onCancel {
                run.tellCancelled()
                run.child.escalate([(grace, SIGTERM), (grace, SIGKILL)], clock: clock)
            }
            record.onPauseChange { [unowned record] in run.child.setStopped { record.isPauseRequested } }
            // Whoever was cancelled before the child was started has no child to be ended.
            defer { run.child.end() }
            try ExecutionContext(record).checkCancellation()
            return try await run.outcome()
        } catch {
            return .failure(error)
        }
    }
}

/// One task in a worker of its own.
final class WorkerRun: Sendable {
    let child = ChildProcess()
    private let record: TaskRecord
    private let work: any ProcessTask.Type
    private let decode: @Sendable (Data) throws -> any Sendable
    private let outbox: Outbox
    private let socket: Int32
    private let state = Lock(State())

    private struct State {
        var decoder = WorkerFrameDecoder()
        var outcome: TaskOutcome?
        var errors = ByteTail(limit: 4 << 10)
        /// The worker's end of the connection, until it is handed over.
        var workerSocket: Int32?
    }

    init(
        record: TaskRecord,
        request: [UInt8],
        work: any ProcessTask.Type,
        decode: @escaping @Sendable (Data) throws -> any Sendable
    ) throws {
        self.record = record
        self.work = work
        self.decode = decode
        let ends = try DescriptorIO.socketPair()
        do {
            outbox = try Outbox(descriptor: ends.ours)
        } catch {
            close(ends.ours)
            close(ends.theirs)
            throw error
        }
        socket = ends.ours
        state.withLock { $0.workerSocket = ends.theirs }
        outbox.put(request)
    }

    deinit {
        close(socket)
        if let workerSocket = state.withLock(\.workerSocket) { close(workerSocket) }
    }

    /// Tells the worker that its task shall end.
    ///
    /// Returns at once.
    func tellCancelled() {
        guard let frame = try? WorkerFrame(kind: .cancel, task: record.id.rawValue).encoded() else { return }
        outbox.put(frame)
    }

    /// Runs the worker to its end.
    func outcome() async throws -> TaskOutcome {
        let error = try DescriptorIO.pipe()
        defer { close(error.read) }
        let streams = try takeStreams(error: error.write)
        let pump = ChildPump(
            [
                .init(
                    descriptor: socket,
                    onBytes: { self.receive($0) },
                    // A worker that closed its connection can no longer answer.
                    onEnd: { self.child.signal(SIGKILL) }
                ),
                .init(descriptor: error.read, onBytes: { self.receiveErrors($0) }, onEnd: {}),
            ],
            outbox: outbox
        )
        let arguments = Arguments(
            executablePathOverride: CommandLine.arguments.first ?? "worker",
            remainingValues: [WorkerProcess.marker]
        )
        let status: TerminationStatus
        do {
            status = try await child.run(
                // The running executable itself, also when its file has been replaced meanwhile.
                Configuration(
                    executable: .path("/proc/self/exe"),
                    arguments: arguments,
                    environment: Self.environment
                ),
                streams: streams,
                pump: pump,
                killsGroup: { true }
            )
        } catch let error as SubprocessError {
            throw TaskerError(
                .spawnFailed,
                "The worker process could not be started: \(error)",
                underlyingError: error
            )
        }
        return state.withLock(\.outcome) ?? .failure(crash(status))
    }

    private func crash(_ status: TerminationStatus) -> TaskerError {
        let tail = state.withLock { $0.errors.text }
        let lines = tail.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
        // What a Swift trap says, if it is there; a crash handler may have written more behind it.
        let telling = lines.last { $0.contains("Fatal error") } ?? lines.last
        return TaskerError(
            .workerCrashed,
            "The worker process of \"\(record.info.shortName)\" ended with \(status.text) before it had a result\(telling.map { ": \($0)" } ?? ".")",
            standardErrorTail: tail
        )
    }

    /// The application's environment, without Swift's crash reporter unless somebody asked for it: its 0.6 s of
    /// symbolication would delay the news of a crash, and its pages push what the trap said out of the tail.
    private static let environment =
        getenv("SWIFT_BACKTRACE") == nil
        ? Environment.inherit.updating(["SWIFT_BACKTRACE": "enable=no"]) : Environment.inherit

    // MARK: - On the pump's thread

    private func receiveErrors(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { $0.errors.append(bytes) }
        // The application's own standard error shows it as well, as it would from a thread.
        DescriptorIO.writeIfThereIsRoom(2, bytes)
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) {
        let received = Array(bytes)
        do {
            state.withLock { state in received.withUnsafeBytes { state.decoder.append($0) } }
            while let frame = try state.withLock({ state in try state.decoder.next() }) {
                try handle(frame)
            }
        } catch {
            end(.failure(error))
            child.signal(SIGKILL)
        }
    }

    private func handle(_ frame: WorkerFrame) throws {
        guard frame.kind == .ready || frame.task == record.id.rawValue else { return }
        switch frame.kind {
        case .ready: break
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
        case .event:
            guard let event = NamedPayload(decoding: frame.payload) else { return }
            // Throws only when the task is to end; its events are not waited for then.
            try? ExecutionContext(record).send(TaskMessage(name: event.name, payload: .encoded(event.data)))
        case .result:
            do {
                end(.success(try decode(frame.payload)))
            } catch {
                end(
                    .failure(
                        TaskerError(
                            .decodingFailed,
                            "The result of \"\(record.info.shortName)\" could not be decoded: \(error)",
                            underlyingError: error
                        )
                    )
                )
            }
        case .failure: end(.failure(try WireCoding.decode(RemoteFailure.self, from: frame.payload).error(of: work)))
        case .run, .cancel: throw TaskerError(.protocolViolation, "The worker sent a frame that only workers receive.")
        }
    }

    /// Notes the first outcome and lets the worker go.
    private func end(_ outcome: TaskOutcome) {
        state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
        }
        outbox.finish()
    }

    /// The worker's standard input and output are its end of the connection.
    private func takeStreams(error: Int32) throws -> ChildStreams {
        let input = state.withLock { state in
            defer { state.workerSocket = nil }
            return state.workerSocket
        }
        guard let input else { preconditionFailure("A worker is run once.") }
        let output = fcntl(input, F_DUPFD_CLOEXEC, 3)
        guard output >= 0 else {
            let failure = DescriptorIO.failure("a worker's standard output")
            close(input)
            close(error)
            throw failure
        }
        return try ChildStreams(input: input, output: output, error: error)
    }
}
