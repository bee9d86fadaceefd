import CTaskerGLib
import Dispatch
import FoundationEssentials
import GLibMainLoop
import Glibc
import Logging
import Synchronization

/// The worker's end of the connection to the application.
final class WorkerConnection: Sendable {
    private let input: Int32
    /// Another one where a launcher has put pipes in between.
    private let output: Int32
    /// Frames are sent one at a time, and what is reported before an answer is sent before it.
    private let queue = DispatchQueue(label: "tasker.worker.sender")
    private let cancels = ThreadPool(name: "tasker-cancel")
    private let reports = ThreadPool(name: "tasker-report")
    /// The reader's.
    private let descriptors = DescriptorQueue()
    private let cells = Lock<[UInt64: WorkerCell]>([:])
    /// Whether another worker would do better with the next task.
    private let isSpent = Atomic(false)

    /// Takes the connection from standard input and output, and makes those safe: what the task prints goes to standard error,
    /// and it reads nothing.
    init(adoptingStandardInput: Void) {
        input = fcntl(0, F_DUPFD_CLOEXEC, 3)
        output = fcntl(1, F_DUPFD_CLOEXEC, 3)
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        dup2(null, 0)
        dup2(2, 1)
        close(null)
    }

    /// Reads requests until end-of-file, then ends the process at once.
    func serve() -> Never {
        tasker_adopt_orphans()
        var decoder = WorkerFrameDecoder()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        send(WorkerFrame(kind: .ready, payload: WorkerFrame.version))
        reading: while true {
            switch DescriptorIO.receive(input, into: buffer, { descriptors.append($0, isTruncated: $1) }) {
            case .bytes(let count): decoder.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            case .end, .reset: break reading
            // A launcher may have set it so.
            case .nothingNow:
                var polled = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
                poll(&polled, 1, -1)
                continue
            }
            do {
                while let frame = try decoder.next() { handle(frame) }
            } catch {
                _exit(EX_PROTOCOL)
            }
        }
        // Not `exit`: its handlers may wait for the task, and nobody is there any more.
        _exit(EX_OK)
    }

    private func handle(_ frame: WorkerFrame) {
        switch frame.kind {
        case .run: run(frame)
        case .cancel: cancel(frame.run)
        // Later, because this thread must go on reading while the application takes nothing.
        case .ask: queue.async { self.write(WorkerFrame(kind: .here, run: frame.run)) }
        case .handled: cells.withLock { $0[frame.run] }?.handled()
        default: break
        }
    }

    /// On a thread of its own: a task's cancellation handlers may wait for something, and the reader must see end-of-file.
    private func cancel(_ run: UInt64) {
        guard let cell = cells.withLock({ $0[run] }) else { return }
        do { try cancels.execute { cell.requestCancel() } } catch { cell.requestCancel() }
    }

    private func run(_ frame: WorkerFrame) {
        let request = RunPayload(decoding: frame.payload)
        let cell = WorkerCell(
            id: TaskID(rawValue: request?.task ?? 0),
            run: frame.run,
            logLevel: request?.logLevel.map { Logger.Level(number: $0) },
            isDirect: request?.isDirect ?? false,
            connection: self
        )
        cells.withLock { $0[frame.run] = cell }
        // Where there is nothing in between, the application sees at the end whether a request was read, and to be told is a
        // third of what a task costs that does nothing. But a large request, and shared buffers, it is to let go.
        if !cell.isDirect || frame.payload.count > Self.largeRequest || frame.bufferCount > 0 {
            send(WorkerFrame(kind: .begun, run: frame.run))
        }
        let buffers: PassedBuffers?
        do {
            // First, because also what is refused has taken its descriptors with it.
            buffers = try descriptors.take(Int(frame.bufferCount))
        } catch {
            // It may have few descriptors left, or little room for memory, and that is said better here than by its end.
            isSpent.store(true, ordering: .relaxed)
            return fail(cell, error, of: nil)
        }
        guard let work = request?.work, let type = WorkerProcess.type(named: work.name) else {
            let error = TaskerError(.unregisteredType, "The worker does not know the type of its task.")
            return fail(cell, error, of: nil)
        }
        start(type, work.data, buffers, cell)
    }

    private func start<Work: ProcessTask>(
        _ type: Work.Type,
        _ arguments: Data,
        _ buffers: PassedBuffers?,
        _ cell: WorkerCell
    ) {
        let task = Task.detached {
            do {
                let value = try await Self.decode(type, from: arguments, buffers).run(ExecutionContext(cell))
                self.succeed(cell, value, of: type)
            } catch {
                self.fail(cell, error, of: type)
            }
        }
        cell.onCancel { task.cancel() }
    }

    private static func decode<Work: ProcessTask>(
        _ type: Work.Type,
        from arguments: Data,
        _ buffers: PassedBuffers?
    ) throws -> Work {
        do {
            return try WireCoding.decode(type, from: arguments, passed: buffers)
        } catch {
            throw TaskerError(
                .decodingFailed,
                "The worker could not decode the arguments of \(type): \(error)",
                underlyingError: error
            )
        }
    }

    // MARK: - Answers

    private func succeed(_ cell: WorkerCell, _ value: some Encodable, of work: any ProcessTask.Type) {
        do {
            let passed = cell.newBuffers
            answer(cell, .result, try WireCoding.encode(value, passing: passed), passed)
        } catch {
            let error = TaskerError(.encodingFailed, "The result of \(work) could not be encoded: \(error)")
            fail(cell, error, of: work)
        }
    }

    private func fail(_ cell: WorkerCell, _ error: any Error, of work: (any ProcessTask.Type)?) {
        // A failure consists of strings and bytes; it can always be encoded.
        let payload = (try? WireCoding.encode(RemoteFailure(error, of: work))) ?? Data()
        answer(cell, .failure, payload, nil)
    }

    private func answer(_ cell: WorkerCell, _ kind: WorkerFrame.Kind, _ payload: Data, _ passed: PassedBuffers?) {
        // What the task printed is on its way before its answer is.
        fflush(nil)
        report(cell)
        cells.withLock { $0[cell.run] = nil }
        cell.end()
        do {
            let frame = try WorkerProcess.frame(kind, run: cell.run, payload, passed)
            // What the task started may run on; who it was is known as long as this process is its next living ancestor.
            let isSpent = isSpent.load(ordering: .relaxed) || tasker_has_children() != 0
            let ready = WorkerFrame(kind: isSpent ? .spent : .ready, run: cell.run)
            queue.sync { [bytes = frame.bytes + (try ready.encoded())] in write(bytes, passing: frame.buffers) }
        } catch {
            fail(cell, error, of: nil)
        }
    }

    /// Sends progress and message as they are now.
    func report(_ cell: WorkerCell) {
        queue.sync {
            for frame in cell.sample() { write(frame) }
        }
    }

    /// Sends progress and message when the interval is over; called once an interval at most.
    ///
    /// Not with a timer of libdispatch: the first of the process needs descriptors, of which the task may have left none.
    func reportLater(_ cell: WorkerCell) {
        do {
            try reports.execute {
                usleep(Self.interval)
                self.report(cell)
            }
        } catch {
            report(cell)
        }
    }

    private static let largeRequest = 64 << 10

    /// In microseconds; the application publishes no more often than this by default.
    private static let interval: useconds_t = 16_000

    /// The cell of the task that this process has, if it has one.
    var currentCell: WorkerCell? {
        cells.withLock { $0.values.first }
    }

    func log(_ record: WorkerLogRecord, of cell: WorkerCell) {
        // One over the limit of a frame is not worth ending the task for.
        guard let payload = try? WireCoding.encode(record) else { return }
        send(WorkerFrame(kind: .log, run: cell.run, payload: payload))
    }

    /// Sends an event behind what the cell has reported before.
    ///
    /// - Parameter before: What is done before the event is written, in the order of writing.
    func send(_ event: (bytes: [UInt8], buffers: [SharedMemory]), after cell: WorkerCell, before: () -> Void) {
        queue.sync {
            for frame in cell.sample() { write(frame) }
            before()
            write(event.bytes, passing: event.buffers)
        }
    }

    private func send(_ frame: WorkerFrame) {
        queue.sync { write(frame) }
    }

    private func write(_ frame: WorkerFrame) {
        if let bytes = try? frame.encoded() { write(bytes) }
    }

    /// Writes all; blocks while the application is behind, which is what holds the task back.
    private func write(_ bytes: [UInt8], passing buffers: [SharedMemory] = []) {
        var rest = bytes[...]
        var descriptors = buffers.map(\.descriptor)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { DescriptorIO.sendOrWrite(output, $0, passing: descriptors) }
            guard let count else { _exit(EX_IOERR) }
            // The socket blocks, so this is the system that is short of memory.
            if count == 0 { usleep(1000) } else { descriptors = [] }
            rest = rest.dropFirst(count)
        }
        withExtendedLifetime(buffers) {}
    }
}
