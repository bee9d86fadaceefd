import CTaskerGLib
import GLibMainLoop
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// The descriptors that a child gets as its standard streams; each is closed here exactly once.
///
/// All three are always handed over as descriptors: opening a stream is then never swift-subprocess's part. In 1.0.2 it traps
/// when the process has run out of descriptors after the first stream was opened.
final class ChildStreams: @unchecked Sendable {
    // `@unchecked`: handed from the task that makes it to the one that runs the child, and never shared.

    private var input: Int32 = -1
    private var output: Int32 = -1
    private var error: Int32 = -1

    /// Makes streams that are connected one by one.
    init() {}

    /// Takes the descriptors over.
    ///
    /// - Parameter input: nil: nothing to read.
    /// - Throws: ``TaskerError/Code/spawnFailed``; the descriptors are closed then, too.
    init(input: Int32?, output: Int32, error: Int32) throws(TaskerError) {
        self.output = output
        self.error = error
        self.input = input ?? open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard self.input >= 0 else { throw DescriptorIO.failure("an empty standard input") }
    }

    /// Connects the standard input.
    ///
    /// - Returns: What feeds it, if the application does.
    func connect(_ standardInput: Command.StandardInput, of command: String) throws(TaskerError) -> ChildInput? {
        switch standardInput.source {
        case .nothing:
            input = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard input >= 0 else { throw DescriptorIO.failure("an empty standard input") }
        case .file(let path):
            guard let file = DescriptorIO.open(path, O_RDONLY) else {
                throw TaskerError(
                    .spawnFailed,
                    """
                    \(command) was not started: the file \(path), its standard input, could not be opened \
                    (\(String(cString: strerror(errno)))); does it exist, and may it be read?
                    """
                )
            }
            input = file
            var information = stat()
            guard fstat(file, &information) != 0 || information.st_mode & S_IFMT != S_IFDIR else {
                throw TaskerError(
                    .spawnFailed,
                    "\(command) was not started: \(path), its standard input, is a folder; name a file."
                )
            }
        case .bytes(let bytes):
            let pipe = try DescriptorIO.pipe()
            input = pipe.read
            return ChildInput(descriptor: pipe.write, bytes: bytes)
        }
        return nil
    }

    /// Connects the standard output.
    ///
    /// - Returns: The end to read, if the application does; it is the caller's to close.
    func connect(_ standardOutput: Command.StandardOutput, of command: String) throws(TaskerError) -> Int32? {
        switch standardOutput.target {
        case .application:
            let pipe = try DescriptorIO.pipe()
            output = pipe.write
            return pipe.read
        case .file(let path):
            guard let file = DescriptorIO.open(path, O_WRONLY | O_CREAT | O_TRUNC) else {
                throw TaskerError(
                    .spawnFailed,
                    """
                    \(command) was not started: the file \(path), for its standard output, could not be made \
                    (\(String(cString: strerror(errno)))); does its folder exist, and may it be written?
                    """
                )
            }
            output = file
            return nil
        }
    }

    /// Connects the standard error to a pipe.
    ///
    /// - Returns: The end to read, which is the caller's to close.
    func connectError() throws(TaskerError) -> Int32 {
        let pipe = try DescriptorIO.pipe()
        error = pipe.write
        return pipe.read
    }

    deinit {
        for descriptor in [input, output, error] where descriptor >= 0 { close(descriptor) }
    }

    /// How many children have ended and are not reaped yet.
    private static let unreaped = Atomic<Int>(0)
    /// How many may be; more have to wait, because each holds a pidfd.
    private static let unreapedLimit = 64

    /// Runs a child with these streams, and returns when it has ended; swift-subprocess reaps it and closes its pidfd soon after,
    /// or, while coroutines of the application keep Swift's threads, when one of these is free.
    ///
    /// - Parameter body: Called once the child runs; it has a pidfd.
    /// - Throws: ``TaskerError/Code/spawnFailed`` when the system has no pidfd for the child, which is ended then; what
    ///   swift-subprocess throws; what `body` throws, and then swift-subprocess ends the child.
    func run(
        _ configuration: Configuration,
        body: @escaping @Sendable (ProcessIdentifier) async throws -> Void = { _ in }
    ) async throws -> TerminationStatus {
        try await withCheckedThrowingContinuation { continuation in
            let waiting = Lock(Optional(continuation))
            @Sendable func finish(_ result: Result<TerminationStatus, any Error>) {
                let continuation = waiting.withLock { $0.take() }
                continuation?.resume(with: result)
            }
            // A task of its own, which is not waited for: in swift-subprocess 1.0.2 it never ends for a child without a pidfd,
            // and its last step is on one of Swift's own threads, which the application's coroutines may keep busy.
            Task.detached(executorPreference: ThreadPool.supervision) {
                var ended: TerminationStatus?
                do {
                    try await self.spawn(configuration) { identifier in
                        guard identifier.processDescriptor >= 0 else {
                            return finish(.failure(Self.endUnobserved(identifier.value)))
                        }
                        do {
                            try await body(identifier)
                        } catch {
                            finish(.failure(error))
                            throw error
                        }
                        let status = Self.status(of: identifier)
                        ended = status
                        if Self.unreaped.add(1, ordering: .relaxed).newValue <= Self.unreapedLimit {
                            finish(.success(status))
                        }
                    }
                } catch {
                    // What goes wrong after the end is not the child's.
                    if ended == nil { finish(.failure(error)) }
                }
                guard let ended else { return }
                Self.unreaped.subtract(1, ordering: .relaxed)
                finish(.success(ended))
            }
        }
    }

    /// How a child has ended; waits for that, on a thread that may block.
    private static func status(of child: ProcessIdentifier) -> TerminationStatus {
        var wasSignaled: gboolean = 0
        let status = tasker_wait_for_exit(child.processDescriptor, &wasSignaled)
        return wasSignaled != 0 ? .signaled(status) : .exited(status)
    }

    private func spawn(
        _ configuration: Configuration,
        body: (ProcessIdentifier) async throws -> Void
    ) async throws {
        // From here on swift-subprocess closes them, also when the child cannot be started.
        let (input, output, error) = (
            FileDescriptor(rawValue: input), FileDescriptor(rawValue: output), FileDescriptor(rawValue: error)
        )
        (self.input, self.output, self.error) = (-1, -1, -1)
        _ = try await Subprocess.run(
            configuration,
            input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .fileDescriptor(output, closeAfterSpawningProcess: true),
            error: .fileDescriptor(error, closeAfterSpawningProcess: true)
        ) { execution in
            try await body(execution.processIdentifier)
        }
    }

    /// Ends a child that cannot be observed, and reaps it, which nobody else will.
    private static func endUnobserved(_ child: pid_t) -> TaskerError {
        kill(-child, SIGKILL)
        while waitpid(child, nil, 0) < 0, errno == EINTR {}
        return TaskerError(
            .spawnFailed,
            "The system gave no descriptor of the child process (pidfd); close some, or use Linux 5.4 or later."
        )
    }
}
