import Dispatch
import FoundationEssentials
import GLibMainLoop
import Glibc

/// The worker's end of the connection to the application.
final class WorkerConnection: Sendable {
    private let descriptor: Int32
    /// Frames are sent one at a time, and what is reported before an answer is sent before it.
    private let queue = DispatchQueue(label: "tasker.worker.sender")
    private let cells = Lock<[UInt64: WorkerCell]>([:])

    /// Takes the connection from standard input and output, and makes those safe: what the task prints goes to standard error,
    /// and it reads nothing.
    init(adoptingStandardInput: Void) {
        descriptor = fcntl(0, F_DUPFD_CLOEXEC, 3)
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        dup2(null, 0)
        dup2(2, 1)
        close(null)
    }

    /// Reads requests until end-of-file, then ends the process at once.
    func serve() -> Never {
        var decoder = WorkerFrameDecoder()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        send(WorkerFrame(kind: .ready, task: 0))
        while case .bytes(let count) = DescriptorIO.read(descriptor, into: buffer) {
            decoder.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
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
        case .cancel: cells.withLock { $0[frame.task] }?.requestCancel()
        default: break
        }
    }

    private func run(_ frame: WorkerFrame) {
        let cell = WorkerCell(id: TaskID(rawValue: frame.task), connection: self)
        cells.withLock { $0[frame.task] = cell }
        guard let request = NamedPayload(decoding: frame.payload), let type = WorkerProcess.type(named: request.name)
        else {
            return fail(
                cell,
                TaskerError(.unregisteredType, "The worker does not know the type of its task."),
                of: nil
            )
        }
        start(type, request.data, cell)
    }

    private func start<Work: ProcessTask>(_ type: Work.Type, _ arguments: Data, _ cell: WorkerCell) {
        let task = Task.detached {
            do {
                let value = try await Self.decode(type, from: arguments).run(ExecutionContext(cell))
                self.succeed(cell, value, of: type)
            } catch {
                self.fail(cell, error, of: type)
            }
        }
        cell.onCancel { task.cancel() }
    }

    private static func decode<Work: ProcessTask>(_ type: Work.Type, from arguments: Data) throws -> Work {
        do {
            return try WireCoding.decode(type, from: arguments)
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
            answer(cell, .result, try WireCoding.encode(value))
        } catch {
            let error = TaskerError(.encodingFailed, "The result of \(work) could not be encoded: \(error)")
            fail(cell, error, of: work)
        }
    }

    private func fail(_ cell: WorkerCell, _ error: any Error, of work: (any ProcessTask.Type)?) {
        // A failure consists of strings and bytes; it can always be encoded.
        let payload = (try? WireCoding.encode(RemoteFailure(error, of: work))) ?? Data()
        answer(cell, .failure, payload)
    }

    private func answer(_ cell: WorkerCell, _ kind: WorkerFrame.Kind, _ payload: Data) {
        // What the task printed is on its way before its answer is.
        fflush(nil)
        report(cell)
        cells.withLock { $0[cell.id.rawValue] = nil }
        let frame = WorkerFrame(kind: kind, task: cell.id.rawValue, payload: payload)
        do {
            queue.sync { [bytes = try frame.encoded()] in write(bytes) }
        } catch {
            fail(cell, error, of: nil)
        }
    }

    /// Sends progress and message as they are now.
    func report(_ cell: WorkerCell) {
        queue.sync { cell.sample().forEach(write) }
    }

    /// Sends progress and message when the interval is over; called once an interval at most.
    func reportLater(_ cell: WorkerCell) {
        queue.asyncAfter(deadline: .now() + .milliseconds(Self.intervalMilliseconds)) {
            cell.sample().forEach(self.write)
        }
    }

    /// The application publishes no more often than this by default.
    private static let intervalMilliseconds = 16

    func send(_ event: WorkerFrame, after cell: WorkerCell) throws {
        let bytes = try event.encoded()
        queue.sync {
            cell.sample().forEach(write)
            write(bytes)
        }
    }

    private func send(_ frame: WorkerFrame) {
        guard let bytes = try? frame.encoded() else { return }
        queue.sync { write(bytes) }
    }

    /// Writes all; blocks while the application is behind, which is what holds the task back.
    private func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let count = rest.withUnsafeBytes({ DescriptorIO.send(descriptor, $0) }) else { _exit(EX_IOERR) }
            // The socket blocks, so this is the system that is short of memory.
            if count == 0 { usleep(1000) }
            rest = rest.dropFirst(count)
        }
    }
}
