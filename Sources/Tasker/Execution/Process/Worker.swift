import GLibMainLoop
import Glibc
import Subprocess

/// One worker process and the connection to it, from its start to its end.
final class Worker: Sendable {
    let id: WorkerID
    let child = ChildProcess()
    /// Weak, because a worker lives until its process has ended, and that is told by the pool's end.
    weak let pool: WorkerPool?
    /// What is run.
    private let configuration: Configuration
    /// How long it may not answer; nil: any time.
    private let timeout: Duration?
    /// The pump's.
    let descriptors = DescriptorQueue()
    let state = Lock(State())

    struct State {
        var decoder = WorkerFrameDecoder()
        /// What it wrote since its task began.
        var errors = ByteTail(limit: 4 << 10)
        var run: WorkerRun?
        /// Whether it has said so once.
        var isReady = false
        /// What it sent that is no part of the protocol; nothing that it sends counts from then on.
        var violation: (any Error)?
        /// From when the process is started.
        var outbox: Outbox?
        /// The read end of its standard error.
        var errorPipe: Int32?
        /// Whether it was let go.
        var isRetired = false
        /// Whether all that it sent has been read.
        var isDrained = false
        /// Whether it had not read all that it was sent when it ended.
        var isReset = false
        /// How many bytes it was sent until then.
        var sent = 0
        /// How many bytes it has sent.
        var heard = 0
        /// Whether the pump does what it sent, for which other people's code may need its time.
        var isHandling = false
        var watch = ResponseWatch()
        /// Whether it was ended because it did not answer.
        var isGivenUp = false
    }

    /// How a worker came to its end.
    enum End {
        /// It was never there.
        case notStarted(any Error)
        case ended(TerminationStatus)
    }

    init(_ id: WorkerID, pool: WorkerPool, configuration: Configuration) {
        timeout = pool.responseTimeout
        self.id = id
        self.pool = pool
        self.configuration = configuration
    }

    /// Starts the process, in the background.
    func launch() {
        Task.detached(executorPreference: ThreadPool.supervision) {
            let watching = self.watchResponses()
            let end: End
            do {
                end = .ended(try await self.runProcess())
            } catch {
                end = .notStarted(error)
            }
            watching?.cancel()
            self.pool?.hasEnded(self, end)
        }
    }

    /// Puts bytes behind what it is sent; they are sent with the next ``flush()``.
    ///
    /// - Returns: Where they end in all that it is sent.
    @discardableResult
    func append(_ bytes: [UInt8], passing buffers: [SharedMemory] = []) -> Int {
        state.withLock(\.outbox)?.append(bytes, passing: buffers) ?? .max
    }

    /// Sends what was put in; not under a lock.
    func flush() {
        state.withLock(\.outbox)?.flush()
    }

    /// Lets the worker see end-of-file, at which it ends; if not, it is killed when the time of grace is over.
    func retire(grace: Duration, clock: any Clock<Duration>) {
        let outbox = state.withLock { state in
            state.isRetired = true
            return state.outbox
        }
        outbox?.finish()
        child.escalate([(grace, SIGKILL)], clock: clock)
    }

    /// Gives a task to the worker, which is sent it with the next ``flush()``; under the pool's lock.
    ///
    /// - Returns: Whether the task was cancelled while it waited.
    func assign(_ run: WorkerRun) -> Bool {
        state.withLock { state in
            state.run = run
            state.errors = ByteTail(limit: 4 << 10)
        }
        return run.begin(in: self)
    }

    /// Whether all that it sent has been read, which it has not if the system could not serve the connection.
    var isDrained: Bool {
        state.withLock(\.isDrained)
    }

    /// Whether it has ended, and all that it sent was read, without having read the whole of a request that ends there in what it was
    /// sent.
    ///
    /// When a socket is closed with something in it that was not read, the other end gets ECONNRESET behind the last bytes (unix(7)
    /// does not say so; the system's unix_release_sock does it). What was sent behind the request may be what was not read, so
    /// then it may have been read.
    func hasLeft(requestUntil end: Int) -> Bool {
        state.withLock { $0.sent < end || $0.isReset && $0.sent == end }
    }

    /// Takes its task away.
    func takeRun() -> WorkerRun? {
        state.withLock { state in
            defer { state.run = nil }
            return state.run
        }
    }

    // MARK: - The process

    private func runProcess() async throws -> TerminationStatus {
        let ends = try DescriptorIO.socketPair()
        let input = ends.theirs
        let outbox: Outbox
        do {
            outbox = try Outbox(adopting: ends.ours)
        } catch {
            close(input)
            throw error
        }
        let error: (read: Int32, write: Int32)
        do {
            error = try DescriptorIO.pipe()
        } catch {
            close(input)
            throw error
        }
        defer {
            // What reads it has ended by now. How much it was sent is read as late as can be: whoever sends just when it ends finds
            // out that it did not get that.
            state.withLock { state in
                state.sent = outbox.sentCount
                (state.outbox, state.errorPipe) = (nil, nil)
            }
            close(error.read)
        }
        let streams = try Self.streams(input: input, error: error.write)
        let isRetired = state.withLock { state in
            (state.outbox, state.errorPipe) = (outbox, error.read)
            return state.isRetired
        }
        if isRetired { throw CancellationError() }
        let pump = ChildPump(
            [
                .init(
                    descriptor: outbox.descriptor,
                    onBytes: { bytes in self.whileDeaf { self.receive(bytes) } },
                    onEnd: { self.connectionEnded() },
                    onReset: { self.state.withLock { $0.isReset = true } },
                    onDescriptors: { self.descriptors.append($0, isTruncated: $1) }
                ),
                .init(
                    descriptor: error.read,
                    onBytes: { bytes in self.whileDeaf { self.receiveErrors(bytes) } },
                    onEnd: {}
                ),
            ],
            outbox: outbox
        )
        do {
            return try await child.run(configuration, streams: streams, pump: pump, killsGroup: { true })
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw TaskerError(
                .executableNotFound,
                "The program \(configuration.executable) for worker processes was not found, or may not be run; is it installed?",
                underlyingError: error
            )
        } catch let error as SubprocessError {
            throw TaskerError(
                .spawnFailed,
                "The worker process could not be started: \(error)",
                underlyingError: error
            )
        }
    }

    /// The worker's standard input and output are its end of the connection.
    ///
    /// Takes the descriptors over.
    private static func streams(input: Int32, error: Int32) throws -> ChildStreams {
        let output = fcntl(input, F_DUPFD_CLOEXEC, 3)
        guard output >= 0 else {
            let failure = DescriptorIO.failure("a worker's standard output")
            close(input)
            close(error)
            throw failure
        }
        return try ChildStreams(input: input, output: output, error: error)
    }

    /// Why it ended without an answer.
    ///
    /// - Parameters:
    ///   - subject: Of whom is spoken.
    ///   - moment: When it was.
    func crash(_ status: TerminationStatus, of subject: String, _ moment: String) -> any Error {
        let (tail, violation) = state.withLock { ($0.errors.text, $0.violation) }
        // Then it was killed for that.
        if let violation { return violation }
        if let breach = child.breach(status) {
            return breach.error(of: subject, standardErrorTail: tail, ending: status)
        }
        if isUnresponsive(status) {
            return TaskerError(
                .workerUnresponsive,
                "\(subject) was ended, because it did not answer for \(timeout ?? .zero); did somebody stop it, or does it wait for itself?",
                standardErrorTail: tail,
                ending: status
            )
        }
        let lines = tail.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
        // What a Swift trap says, if it is there; a crash handler may have written more behind it.
        let telling = lines.last { $0.contains("Fatal error") } ?? lines.last
        return TaskerError(
            .workerCrashed,
            "\(subject) ended with \(status.text) \(moment)\(telling.map { ": \($0)" } ?? ".")",
            standardErrorTail: tail,
            ending: status
        )
    }

    // MARK: - Whether it answers

    /// Looks at the worker from time to time, if it is to answer, until the returned task is cancelled.
    private func watchResponses() -> Task<Void, Never>? {
        guard let timeout, let clock = pool?.clock else { return nil }
        return Task.detached(executorPreference: ThreadPool.supervision) {
            while (try? await clock.sleep(for: timeout / ResponseWatch.patience)) != nil { self.look() }
        }
    }

    private func look() {
        let (isGivenUp, question) = state.withLock { state -> (Bool, Outbox?) in
            // One that is there no more answers by its end.
            let mayAnswer = !state.isHandling && !state.isDrained && !child.isStopped
            let sight = state.run.map {
                ResponseWatch.Sight(run: $0.id, heard: state.heard, unread: state.outbox?.unreadCount ?? 0)
            }
            switch state.watch.look(mayAnswer ? sight : nil) {
            case .wait: return (false, nil)
            case .ask:
                // What has not read its request will not read a question, and would leave open whether it has read the request.
                guard sight?.unread == 0 else { return (false, nil) }
                let question = WorkerFrame(kind: .ask, run: state.run?.id.rawValue ?? 0)
                if let bytes = try? question.encoded() { state.outbox?.append(bytes) }
                return (false, state.outbox)
            case .giveUp:
                // What it has sent by now still counts: that it has begun, above all.
                state.isGivenUp = true
                return (true, nil)
            }
        }
        question?.flush()
        if isGivenUp { child.signal(SIGKILL) }
    }

    /// Whether it has ended as it did because it did not answer.
    private func isUnresponsive(_ status: TerminationStatus) -> Bool {
        status == .signaled(SIGKILL) && state.withLock(\.isGivenUp)
    }

    /// Whether its end says something of the type of its task.
    func isCrash(_ status: TerminationStatus) -> Bool {
        child.breach(status) == nil && !isUnresponsive(status)
    }
}
