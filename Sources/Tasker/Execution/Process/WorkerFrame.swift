import FoundationEssentials

/// One message between the application and a worker.
///
/// On the wire: the payload's length (4 bytes, little endian), the kind (1 byte), the number of the run (7 bytes, little endian), how
/// many descriptors come with it (1 byte), the payload, a newline. The newline lets a frame pass through launchers that forward whole
/// lines. The layout stays as it is: a worker of any version must be understood as far as its version.
struct WorkerFrame: Equatable {
    enum Kind: UInt8 {
        // To the worker.
        case run = 1
        case cancel
        /// The main thread has handled the first ``awaitedEvent`` of which this has not been said.
        case handled
        /// Whether it still answers.
        case ask
        // From the worker.
        /// It takes a task: the first one, or, once this one's answer is there, the next.
        case ready = 64
        case progress
        case message
        case event
        case result
        case failure
        case total
        /// It has read its task: what it does from now on may not be done twice, and the request is no longer needed.
        case begun
        /// The task is over as with `ready`, and so the worker should be: what the task has started still runs, or shared buffers
        /// were lost on the way.
        case spent
        /// As `event`, and it wants to know when the main thread has handled it.
        case awaitedEvent
        /// It has logged something.
        case log
        /// It still answers.
        case here
    }

    static let headerSize = 13
    /// The lower bytes of what follows on the kind.
    static let runMask: UInt64 = 1 << 56 - 1
    /// What the first `ready` carries; another one for each change of what is on the wire.
    static let version = Data([3])
    /// A payload may have 64 MiB: enough for any argument that is not bulk data, small enough to hold twice.
    static let payloadLimit = 64 << 20

    let kind: Kind
    /// Which attempt of a task this is about; 0: none.
    var run: UInt64 = 0
    /// How many shared buffers come with it.
    var bufferCount: UInt8 = 0
    var payload = Data()

    /// - Throws: ``TaskerError/Code/frameTooLarge``.
    func encoded() throws(TaskerError) -> [UInt8] {
        guard payload.count <= Self.payloadLimit else {
            throw TaskerError(
                .frameTooLarge,
                "\(payload.count) bytes are more than the \(Self.payloadLimit) that fit between an application and its worker; pass bulk data in a SharedBuffer."
            )
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerSize + payload.count + 1)
        withUnsafeBytes(of: UInt32(payload.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(kind.rawValue)
        let runAndCount = run & Self.runMask | UInt64(bufferCount) << 56
        withUnsafeBytes(of: runAndCount.littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: payload)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
