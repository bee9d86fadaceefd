/// What went wrong in the library's own part of a task; a body's own error is passed through untouched.
public struct TaskerError: Error, CustomStringConvertible {
    /// What kind of thing went wrong.
    public let code: Code
    /// One plain sentence: what happened, where, and what to do.
    public private(set) var description: String
    /// The error that caused this one; nil if it is about a command with ``Command/secrets``, which it might tell.
    public private(set) var underlyingError: (any Error)?
    /// What the program that ended wrote last to its standard error, if the error is about a program.
    public private(set) var standardErrorTail: String?
    /// The status with which a program, or a worker process, ended by itself; nil if the error is about something else.
    ///
    /// ```swift
    /// if let error = task.error as? TaskerError, error.exitStatus == 24 { label.text = "Some files vanished meanwhile." }
    /// ```
    public let exitStatus: Int32?
    /// The number of the signal that ended a program or a worker process, such as `SIGKILL`; nil if none did.
    public let terminationSignal: Int32?
    /// Whether the work of a process task has certainly not begun, so that another attempt does nothing twice; false also where nobody
    /// knows.
    ///
    /// True where a worker process ended before it took the task, or none could be started. What had begun is for the author to judge:
    ///
    /// ```swift
    /// let policy = RetryPolicy(retries: 3) { error in
    ///     RetryPolicy.isWorthRetrying(error) && (error as? TaskerError)?.isSafeToRetry == true
    /// }
    /// ```
    public private(set) var isSafeToRetry: Bool

    init(
        _ code: Code,
        _ description: String,
        underlyingError: (any Error)? = nil,
        standardErrorTail: String? = nil,
        exitStatus: Int32? = nil,
        terminationSignal: Int32? = nil,
        isSafeToRetry: Bool = false
    ) {
        self.code = code
        self.description = description
        self.underlyingError = underlyingError
        self.standardErrorTail = standardErrorTail
        self.exitStatus = exitStatus
        self.terminationSignal = terminationSignal
        self.isSafeToRetry = isSafeToRetry
    }

    /// The same about a task whose work has begun, or has not.
    func about(safeToRetry isSafeToRetry: Bool) -> TaskerError {
        var error = self
        error.isSafeToRetry = isSafeToRetry
        return error
    }

    /// The same without the secrets of a command.
    func hiding(_ secrets: SecretTexts) -> TaskerError {
        guard !secrets.isEmpty else { return self }
        var error = self
        error.description = secrets.hide(in: description)
        error.standardErrorTail = standardErrorTail.map(secrets.hide)
        // Its texts are not ours to change.
        error.underlyingError = nil
        return error
    }

    /// A kind of error.
    ///
    /// Codes may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Storage: String {
            case keyInUse
            case shutDown
            case invalidTotal
            case invalidWeight
            case unavailableInWorker
            case threadUnavailable
            case spawnFailed
            case executableNotFound
            case commandFailed
            case unregisteredType
            case encodingFailed
            case decodingFailed
            case frameTooLarge
            case protocolViolation
            case workerCrashed
            case workerUnresponsive
            case limitExceeded
            case sharedBufferUnavailable
            case remoteError
            case noSuchEventValue
            case timedOut
            case waitTimedOut
            case queueFull
            case dependencyCycle
            case scopeClosed
        }

        private let storage: Storage

        /// Whether another attempt would meet it again.
        var isLasting: Bool {
            switch storage {
            case .keyInUse, .shutDown, .invalidTotal, .invalidWeight, .unavailableInWorker, .executableNotFound,
                .unregisteredType, .encodingFailed, .decodingFailed, .frameTooLarge, .limitExceeded,
                .noSuchEventValue, .dependencyCycle, .scopeClosed:
                true
            case .threadUnavailable, .spawnFailed, .commandFailed, .protocolViolation, .workerCrashed,
                .workerUnresponsive, .sharedBufferUnavailable, .remoteError, .timedOut, .waitTimedOut, .queueFull:
                false
            }
        }

        /// A task of the key is live and the policy is ``KeyPolicy/reject``.
        public static let keyInUse = Code(storage: .keyInUse)
        /// The manager has been shut down and takes no work until it is started again.
        public static let shutDown = Code(storage: .shutDown)
        /// A total of progress was zero, negative, or no number.
        public static let invalidTotal = Code(storage: .invalidTotal)
        /// A part's weight was zero, negative, or no number.
        public static let invalidWeight = Code(storage: .invalidWeight)
        /// A worker process was asked for something that only the application can do.
        public static let unavailableInWorker = Code(storage: .unavailableInWorker)
        /// The system gave no thread.
        public static let threadUnavailable = Code(storage: .threadUnavailable)
        /// A child process could not be started.
        public static let spawnFailed = Code(storage: .spawnFailed)
        /// The program of a command was not found or may not be run.
        public static let executableNotFound = Code(storage: .executableNotFound)
        /// A command ended with a status that it does not accept, or by a signal.
        public static let commandFailed = Code(storage: .commandFailed)
        /// A process task's type was not named in ``WorkerProcess/serveIfRequested(_:forwardsLogs:)``.
        public static let unregisteredType = Code(storage: .unregisteredType)
        /// Arguments or a result could not be encoded; in a worker's body, an event could not.
        public static let encodingFailed = Code(storage: .encodingFailed)
        /// Arguments or a result could not be decoded, or a result is of another type than the handle's.
        public static let decodingFailed = Code(storage: .decodingFailed)
        /// Arguments or a result are larger than the 64 MiB of a frame; in a worker's body, an event is.
        public static let frameTooLarge = Code(storage: .frameTooLarge)
        /// A worker sent something that is no frame.
        public static let protocolViolation = Code(storage: .protocolViolation)
        /// A worker ended without an answer.
        public static let workerCrashed = Code(storage: .workerCrashed)
        /// A worker did not answer for ``TaskManagerConfiguration/responseTimeout``.
        public static let workerUnresponsive = Code(storage: .workerUnresponsive)
        /// A process or command used more than its ``ProcessLimits``, and was ended.
        public static let limitExceeded = Code(storage: .limitExceeded)
        /// The system gave no ``SharedBuffer``, or what came in its place is none.
        public static let sharedBufferUnavailable = Code(storage: .sharedBufferUnavailable)
        /// A worker's task threw an error whose type does not travel.
        public static let remoteError = Code(storage: .remoteError)
        /// An event has no value of the type asked for.
        public static let noSuchEventValue = Code(storage: .noSuchEventValue)

        /// A task, or its last attempt, took longer than it was given: ``TaskOptions/timeout(_:)``, ``TaskOptions/deadline(_:)``.
        public static let timedOut = Code(storage: .timedOut)
        /// A task did not end, or a manager or scope was not idle, in the time that somebody waited; everything goes on.
        public static let waitTimedOut = Code(storage: .waitTimedOut)
        /// As many tasks wait as ``TaskManagerConfiguration/maximumPendingTasks`` allows.
        public static let queueFull = Code(storage: .queueFull)
        /// A task was to wait for one that waits for it, or that it replaces.
        public static let dependencyCycle = Code(storage: .dependencyCycle)
        /// The ``TaskScope`` has been closed and takes no more work.
        public static let scopeClosed = Code(storage: .scopeClosed)

        /// The code's name.
        public var description: String {
            storage.rawValue
        }

        /// The code of a name, as it comes from a worker.
        init?(name: String) {
            guard let storage = Storage(rawValue: name) else { return nil }
            self.storage = storage
        }

        private init(storage: Storage) {
            self.storage = storage
        }
    }
}
