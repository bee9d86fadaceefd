import Glibc
import Subprocess
import SystemPackage

/// The descriptors that a child gets as its standard streams; each is closed here exactly once.
///
/// All three are always handed over as descriptors: opening a stream is then never swift-subprocess's part. In 1.0.2 it traps
/// when the process has run out of descriptors after the first stream was opened.
final class ChildStreams {
    private var input: Int32
    private var output: Int32
    private var error: Int32

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

    deinit {
        for descriptor in [input, output, error] where descriptor >= 0 { close(descriptor) }
    }

    /// Runs a child with these streams.
    func run(
        _ configuration: Configuration,
        body: (ProcessIdentifier) async throws -> Void
    ) async throws -> TerminationStatus {
        // From here on swift-subprocess closes them, also when the child cannot be started.
        let (input, output, error) = (
            FileDescriptor(rawValue: input), FileDescriptor(rawValue: output), FileDescriptor(rawValue: error)
        )
        (self.input, self.output, self.error) = (-1, -1, -1)
        return try await Subprocess.run(
            configuration,
            input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .fileDescriptor(output, closeAfterSpawningProcess: true),
            error: .fileDescriptor(error, closeAfterSpawningProcess: true)
        ) { execution in
            try await body(execution.processIdentifier)
        }.terminationStatus
    }
}
