/// What went wrong in the library's own part of a task; a body's own error is passed through untouched.
public struct TaskerError: Error, CustomStringConvertible {
    /// What kind of thing went wrong.
    public let code: Code
    /// One plain sentence: what happened, where, and what to do.
    public let description: String
    /// The error that caused this one.
    public let underlyingError: (any Error)?
    /// What the program that ended wrote last to its standard error, if the error is about a program.
    public let standardErrorTail: String?

    init(
        _ code: Code,
        _ description: String,
        underlyingError: (any Error)? = nil,
        standardErrorTail: String? = nil
    ) {
        self.code = code
        self.description = description
        self.underlyingError = underlyingError
        self.standardErrorTail = standardErrorTail
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
                .unregisteredType, .encodingFailed, .decodingFailed, .frameTooLarge, .noSuchEventValue,
                .dependencyCycle, .scopeClosed:
                true
            case .threadUnavailable, .spawnFailed, .commandFailed, .protocolViolation, .workerCrashed, .remoteError,
                .timedOut, .waitTimedOut, .queueFull:
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
        /// A command ended with a status other than 0, or by a signal.
        public static let commandFailed = Code(storage: .commandFailed)
        /// A process task's type was not named in ``WorkerProcess/serveIfRequested(_:)``.
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
