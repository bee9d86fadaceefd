import Dispatch
import FoundationEssentials
import GLibMainLoop
import Glibc
import Logging

/// The entry point of worker processes: a worker is the application's executable, started again.
public enum WorkerProcess: Sendable {
    static let marker = "--tasker-worker"

    private static let types = Lock<[String: any ProcessTask.Type]>([:])

    /// Becomes a worker if this process was started as one; else registers the types and returns.
    ///
    /// The first line of a synchronous `main`, before anything that opens a display; one call with every type, because a
    /// worker stays in the first:
    ///
    /// ```swift
    /// WorkerProcess.serveIfRequested(Trace.self, Export.self)
    /// ```
    ///
    /// In a worker it never returns: the process ends when the application closes the connection, however that ends.
    ///
    /// - Parameters:
    ///   - types: Every type that is passed to
    ///     ``TaskManagerProxy/runProcess(_:key:name:priority:metadata:options:whenDone:whenEvent:)``.
    ///   - forwardsLogs: Whether whatever a worker's code logs with swift-log goes where ``ExecutionContext/logger`` does.
    ///     For that `LoggingSystem` is bootstrapped here, in workers only, which can be done once in a process; else it goes
    ///     to standard error, as by default.
    public static func serveIfRequested(_ types: any ProcessTask.Type..., forwardsLogs: Bool = false) {
        self.types.withLock { known in
            for type in types { known[name(of: type)] = type }
        }
        if CommandLine.arguments.dropFirst().first == marker { serve(forwardsLogs: forwardsLogs) }
    }

    static func type(named name: String) -> (any ProcessTask.Type)? {
        types.withLock { $0[name] }
    }

    /// The bytes that ask a worker for `work`, and the shared buffers that go with them.
    ///
    /// - Throws: ``TaskerError/Code/unregisteredType``, ``TaskerError/Code/encodingFailed``,
    ///   ``TaskerError/Code/frameTooLarge``.
    static func request<Work: ProcessTask>(
        for work: Work,
        task: TaskID,
        run: WorkerRunID,
        configuration: TaskManagerConfiguration
    ) throws(TaskerError) -> (bytes: [UInt8], buffers: [SharedMemory]) {
        guard type(named: name(of: Work.self)) != nil else {
            throw TaskerError(
                .unregisteredType,
                "Workers do not know \(Work.self); add \(Work.self).self to WorkerProcess.serveIfRequested(…) in the first line of main."
            )
        }
        // Who knows what a launcher has put in between.
        let passed = configuration.workerLauncher == .local ? PassedBuffers() : nil
        let arguments: Data
        do {
            arguments = try WireCoding.encode(work, passing: passed)
        } catch {
            throw TaskerError(
                .encodingFailed,
                "The arguments of \(Work.self) could not be encoded: \(error)",
                underlyingError: error
            )
        }
        let payload = try RunPayload(
            task: task.rawValue,
            logLevel: configuration.logger?.logLevel.number,
            isDirect: passed != nil,
            work: NamedPayload(name: name(of: Work.self), data: arguments)
        ).encoded()
        return try frame(.run, run: run.rawValue, payload, passed)
    }

    /// A frame with the shared buffers of what it carries.
    static func frame(
        _ kind: WorkerFrame.Kind,
        run: UInt64,
        _ payload: Data,
        _ passed: PassedBuffers?
    ) throws(TaskerError) -> (bytes: [UInt8], buffers: [SharedMemory]) {
        let buffers = passed?.all ?? []
        let count = UInt8(clamping: buffers.count)
        return (try WorkerFrame(kind: kind, run: run, bufferCount: count, payload: payload).encoded(), buffers)
    }

    /// A name that is the same in every process of the executable, for private types as well (`String(reflecting:)` puts an
    /// address into theirs).
    static func name(of type: any ProcessTask.Type) -> String {
        _mangledTypeName(type) ?? String(reflecting: type)
    }

    // The worker's life is split over functions, because the 6.3.1 compiler's region isolation crashes on one that both
    // starts a task and ends in a call that never returns.
    private static func serve(forwardsLogs: Bool) -> Never {
        let connection = WorkerConnection(adoptingStandardInput: ())
        if forwardsLogs {
            LoggingSystem.bootstrap(
                { WorkerLogHandler(connection, label: $0, metadataProvider: $1) },
                metadataProvider: nil
            )
        }
        // Before there is a task, which may leave no descriptors.
        DispatchQueue.openTimers()
        do {
            // A thread of its own, so that end-of-file ends the process whatever the task does.
            try ThreadPool(name: "tasker-reader").execute { connection.serve() }
        } catch {
            exit(EX_OSERR)
        }
        // The main thread serves the main actor.
        dispatchMain()
    }
}
