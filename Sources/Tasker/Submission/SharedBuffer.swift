import FoundationEssentials

/// Bytes that the application and its workers have in common: passing a gigabyte costs what passing one byte does.
///
/// ```swift
/// struct Blur: ProcessTask {
///     let pixels: SharedBuffer
///     func run(_ context: ExecutionContext) -> NoValue {
///         pixels.withUnsafeMutableBytes { blur($0) }  // in place: the application sees the result
///         return NoValue()
///     }
/// }
///
/// let pixels = try SharedBuffer(byteCount: width * height * 4)
/// pixels.withUnsafeMutableBytes { draw(into: $0) }
/// taskManager.runProcess(Blur(pixels: pixels))
/// ```
///
/// A property of a task, of its result, or of an event's value, at any depth; up to 64 of them at a time. A copy is the same
/// memory. It is freed when nobody has it any more, in whatever process, and also when a process ends that has it. Any thread; who
/// writes while another one reads is the author's business, and until a task's end, or an event, says that it is done, nobody
/// else should look.
///
/// With any other coder, in an error, and behind a ``TaskManagerConfiguration/workerLauncher`` the bytes themselves are encoded; the two
/// ends then have a copy each, of which a launcher passes 48 MiB at most. A task that runs again, as a retry, finds in it what the attempt before has written. Each
/// buffer holds a descriptor in every process that has it.
public struct SharedBuffer: Sendable {
    let memory: SharedMemory

    /// How many bytes there are.
    public var count: Int {
        memory.byteCount
    }

    /// Makes a buffer of zeros.
    ///
    /// What nobody has written to or read takes no room.
    ///
    /// - Parameter byteCount: Zero or more.
    /// - Throws: ``TaskerError/Code/sharedBufferUnavailable`` when the system gives no descriptor or no room in the address space, or
    ///   the number is negative.
    public init(byteCount: Int) throws(TaskerError) {
        memory = try SharedMemory(byteCount: byteCount)
    }

    /// Makes a buffer with a copy of some bytes.
    ///
    /// - Throws: As ``init(byteCount:)``.
    public init(_ bytes: some Collection<UInt8>) throws(TaskerError) {
        try self.init(byteCount: bytes.count)
        memory.bytes.copyBytes(from: bytes)
    }

    init(memory: SharedMemory) {
        self.memory = memory
    }

    /// Reads the bytes; the pointer is not to be kept.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(memory) {} }
        return try body(UnsafeRawBufferPointer(memory.bytes))
    }

    /// Reads and writes the bytes; the pointer is not to be kept.
    public func withUnsafeMutableBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(memory) {} }
        return try body(memory.bytes)
    }
}

extension SharedBuffer: Codable {
    private enum Keys: CodingKey {
        /// Its place among those that are passed beside the value.
        case passed
        case bytes
    }

    /// Takes the buffer that was passed beside the value, or the bytes in it.
    ///
    /// - Throws: `DecodingError`; ``TaskerError/Code/sharedBufferUnavailable``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        guard let index = try container.decodeIfPresent(Int.self, forKey: .passed) else {
            try self.init(try container.decode(Data.self, forKey: .bytes))
            return
        }
        let passed = decoder.userInfo[PassedBuffers.key] as? PassedBuffers
        guard let memory = passed?[index] else {
            throw DecodingError.dataCorruptedError(
                forKey: .passed,
                in: container,
                debugDescription: "There is no shared buffer \(index): \(passed?.count ?? 0) were passed."
            )
        }
        self.init(memory: memory)
    }

    /// Passes the buffer beside the value where that is possible, or the bytes in it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        if let passed = encoder.userInfo[PassedBuffers.key] as? PassedBuffers {
            try container.encode(try passed.add(memory), forKey: .passed)
        } else {
            try container.encode(withUnsafeBytes { Data($0) }, forKey: .bytes)
        }
    }
}
