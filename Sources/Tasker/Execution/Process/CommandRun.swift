import Glibc
import Subprocess
import SystemPackage

extension Scheduler {
    /// How to start a program as the body of a record.
    func command(
        _ command: Command,
        onLine: (@Sendable (CommandOutput, ExecutionContext) -> Void)?
    ) -> TaskRecord.Start {
        .call { record in
            let run = CommandRun(command: command, record: record, onLine: onLine)
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
    let child = ChildProcess()
    private let command: Command
    private let secrets: SecretTexts
    private let record: TaskRecord
    private let onLine: (@Sendable (CommandOutput, ExecutionContext) -> Void)?

    private static let outputTail = 64 << 10
    private static let errorTail = 4 << 10

    init(command: Command, record: TaskRecord, onLine: (@Sendable (CommandOutput, ExecutionContext) -> Void)?) {
        self.command = command
        secrets = SecretTexts(command.secrets)
        self.record = record
        self.onLine = onLine
    }

    func outcome() async -> TaskOutcome {
        // Whoever was cancelled before the child was started has no child to be ended.
        defer { child.end() }
        do {
            try ExecutionContext(record).checkCancellation()
            return .success(try await run())
        } catch let error as SubprocessError {
            return .failure(Self.describe(error, command).hiding(secrets))
        } catch let error as TaskerError {
            return .failure(error.hiding(secrets))
        } catch {
            return .failure(error)
        }
    }

    private func run() async throws -> CommandResult {
        try command.check()
        let streams = ChildStreams()
        let input = try streams.connect(command.standardInput, of: command.executable)
        let output = try streams.connect(command.standardOutput, of: command.executable)
        defer { if let output { close(output) } }
        let error = try streams.connectError()
        defer { close(error) }
        let context = ExecutionContext(record, hiding: secrets)
        let outputLines = LineStream(.standardOutput, tail: ByteTail(limit: Self.outputTail), context, onLine)
        let errorLines = LineStream(
            .standardError,
            tail: ByteTail(limit: Self.errorTail, hiding: secrets),
            context,
            onLine
        )
        var readers: [ChildPump.Reader] = []
        if let output {
            readers.append(.init(descriptor: output, onBytes: outputLines.append, onEnd: outputLines.finish))
        }
        readers.append(.init(descriptor: error, onBytes: errorLines.append, onEnd: errorLines.finish))
        let pump = ChildPump(readers, input: input)
        let (record, child) = (record, child)
        let status = try await child.run(
            configuration,
            streams: streams,
            pump: pump,
            started: {
                guard let limits = record.info.options.shared.values.limits else { return }
                try child.limit(limits, hasWorked: false, clock: record.scheduler.configuration.clock)
            },
            // A command that ended by itself may leave a daemon behind on purpose; a cancelled one may not.
            killsGroup: { record.isCancelled }
        )
        let errorText = errorLines.tail.text
        if let breach = child.breach(status) {
            throw breach.error(of: command.executable, standardErrorTail: errorText, ending: status)
        }
        guard case .exited(let exitStatus) = status, command.acceptedExitStatuses.contains(exitStatus) else {
            // A progress that was redrawn is many lines.
            let lastLine = errorText.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? "."
            throw TaskerError(
                .commandFailed,
                "\(command.executable) ended with \(status.text)\(lastLine)",
                standardErrorTail: errorText,
                ending: status
            )
        }
        return CommandResult(exitStatus: exitStatus, standardOutput: outputLines.tail.text, standardError: errorText)
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
    private let onLine: (@Sendable (CommandOutput, ExecutionContext) -> Void)?

    init(
        _ stream: CommandOutput.Stream,
        tail: ByteTail,
        _ context: ExecutionContext,
        _ onLine: (@Sendable (CommandOutput, ExecutionContext) -> Void)?
    ) {
        self.stream = stream
        self.tail = tail
        self.context = context
        self.onLine = onLine
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        tail.append(bytes)
        guard onLine != nil else { return }
        splitter.append(bytes) { deliver($0) }
    }

    func finish() {
        splitter.finish { deliver($0) }
    }

    private func deliver(_ line: [UInt8]) {
        onLine?(CommandOutput(stream: stream, bytes: line), context)
    }
}
