import Glibc
import Subprocess
import SystemPackage

extension Scheduler {
    /// How to start a program as the body of a record.
    func command(
        _ command: Command,
        onOutput: (@Sendable (CommandOutput, ExecutionContext) -> Void)?
    ) -> TaskRecord.Start {
        { record in
            let run = CommandRun(command: command, record: record, onOutput: onOutput)
            let child = run.child
            let grace = self.gracePeriod(of: record)
            record.onCancel {
                child.escalate([(.zero, SIGTERM), (grace, SIGKILL)], clock: self.configuration.clock)
            }
            record.onPauseChange { [unowned record] in child.setStopped { record.isPauseRequested } }
            Task.detached(executorPreference: ThreadPool.supervision) { self.bodyEnded(record, await run.outcome()) }
            return nil
        }
    }
}

/// One execution of a command.
struct CommandRun: Sendable {
    let command: Command
    let record: TaskRecord
    let onOutput: (@Sendable (CommandOutput, ExecutionContext) -> Void)?
    let child = ChildProcess()

    private static let outputTail = 64 << 10
    private static let errorTail = 4 << 10

    func outcome() async -> TaskOutcome {
        // Whoever was cancelled before the child was started has no child to be ended.
        defer { child.end() }
        do {
            try ExecutionContext(record).checkCancellation()
            return try await run()
        } catch let error as SubprocessError {
            return .failure(Self.describe(error, command))
        } catch {
            return .failure(error)
        }
    }

    private func run() async throws -> TaskOutcome {
        try command.check()
        let output = try DescriptorIO.pipe()
        defer { close(output.read) }
        let error: (read: Int32, write: Int32)
        do {
            error = try DescriptorIO.pipe()
        } catch {
            close(output.write)
            throw error
        }
        defer { close(error.read) }
        let streams = try ChildStreams(input: nil, output: output.write, error: error.write)
        let context = ExecutionContext(record)
        let outputLines = LineStream(.standardOutput, tail: Self.outputTail, context, onOutput)
        let errorLines = LineStream(.standardError, tail: Self.errorTail, context, onOutput)
        let pump = ChildPump([
            .init(descriptor: output.read, onBytes: outputLines.append, onEnd: outputLines.finish),
            .init(descriptor: error.read, onBytes: errorLines.append, onEnd: errorLines.finish),
        ])
        let record = record
        let status = try await child.run(
            configuration,
            streams: streams,
            pump: pump,
            // A command that ended by itself may leave a daemon behind on purpose; a cancelled one may not.
            killsGroup: { record.isCancelled }
        )
        let errorText = errorLines.tail.text
        guard case .exited(0) = status else {
            let lastLine = errorText.split(separator: "\n").last.map { ": \($0)" } ?? "."
            return .failure(
                TaskerError(
                    .commandFailed,
                    "\(command.executable) ended with \(status.text)\(lastLine)",
                    standardErrorTail: errorText
                )
            )
        }
        return .success(CommandResult(standardOutput: outputLines.tail.text, standardError: errorText))
    }

    private var configuration: Configuration {
        let updates = command.environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
        return Configuration(
            executable: command.executable.contains("/")
                ? .path(FilePath(command.executable)) : .name(command.executable),
            arguments: Arguments(command.arguments),
            environment: .inherit.updating(Dictionary(updates) { $1 }),
            workingDirectory: command.workingDirectory.map { FilePath($0) }
        )
    }

    private static func describe(_ error: SubprocessError, _ command: Command) -> TaskerError {
        switch error.code {
        case .executableNotFound:
            TaskerError(
                .executableNotFound,
                "The program \(command.executable) was not found, or may not be run; is it installed?",
                underlyingError: error
            )
        case .failedToChangeWorkingDirectory:
            TaskerError(
                .spawnFailed,
                "\(command.executable) could not be started in the folder \(command.workingDirectory ?? "."); does it exist?",
                underlyingError: error
            )
        default:
            TaskerError(.spawnFailed, "\(command.executable) could not be started: \(error)", underlyingError: error)
        }
    }
}

/// The lines of one of a command's streams; used by its pump's thread, and read after that has ended.
private final class LineStream: @unchecked Sendable {
    // `@unchecked`: the pump's thread is the only user until the child has ended, and the continuation that tells so
    // orders the two.
    private(set) var tail: ByteTail
    private var splitter = LineSplitter()
    private let stream: CommandOutput.Stream
    private let context: ExecutionContext
    private let onOutput: (@Sendable (CommandOutput, ExecutionContext) -> Void)?

    init(
        _ stream: CommandOutput.Stream,
        tail: Int,
        _ context: ExecutionContext,
        _ onOutput: (@Sendable (CommandOutput, ExecutionContext) -> Void)?
    ) {
        self.stream = stream
        self.tail = ByteTail(limit: tail)
        self.context = context
        self.onOutput = onOutput
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        tail.append(bytes)
        guard onOutput != nil else { return }
        splitter.append(bytes) { deliver($0) }
    }

    func finish() {
        splitter.finish { deliver($0) }
    }

    private func deliver(_ line: [UInt8]) {
        onOutput?(CommandOutput(stream: stream, bytes: line), context)
    }
}

extension TerminationStatus {
    /// The status in words.
    var text: String {
        switch self {
        case .exited(let code): "status \(code)"
        case .signaled(let signal): "signal \(signal) (\(String(cString: strsignal(signal))))"
        }
    }
}
