import FoundationEssentials

/// One message between the application and a worker.
///
/// On the wire: the payload's length (4 bytes, little endian), the kind (1 byte), the task's id (8 bytes, little endian), the
/// payload, a newline. The newline lets a frame pass through launchers that forward whole lines.
struct WorkerFrame: Equatable {
    enum Kind: UInt8 {
        // To the worker.
        case run = 1
        case cancel
        // From the worker.
        case ready = 64
        case progress
        case message
        case event
        case result
        case failure
        case total
    }

    static let headerSize = 13
    /// A payload may have 64 MiB: enough for any argument that is not bulk data, small enough to hold twice.
    static let payloadLimit = 64 << 20

    let kind: Kind
    let task: UInt64
    var payload = Data()

    /// - Throws: ``TaskerError/Code/frameTooLarge``.
    func encoded() throws(TaskerError) -> [UInt8] {
        guard payload.count <= Self.payloadLimit else {
            throw TaskerError(
                .frameTooLarge,
                "\(payload.count) bytes are more than the \(Self.payloadLimit) that fit between an application and its worker; pass bulk data in a file."
            )
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerSize + payload.count + 1)
        withUnsafeBytes(of: UInt32(payload.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(kind.rawValue)
        withUnsafeBytes(of: task.littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: payload)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}

/// Cuts a stream of bytes into frames.
struct WorkerFrameDecoder {
    private var buffer: [UInt8] = []
    private var start = 0

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        // The part that was read goes away before the buffer grows, so that it holds one frame and one read at most.
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame, if it is there.
    ///
    /// - Throws: ``TaskerError/Code/protocolViolation`` when the bytes are no frame; the stream is of no use any more.
    mutating func next() throws(TaskerError) -> WorkerFrame? {
        guard buffer.count - start >= WorkerFrame.headerSize else { return nil }
        let length = Int(UInt32(littleEndian: load(at: start)))
        guard let kind = WorkerFrame.Kind(rawValue: buffer[start + 4]) else {
            throw Self.violation("an unknown kind of frame, \(buffer[start + 4])")
        }
        guard length <= WorkerFrame.payloadLimit else { throw Self.violation("a frame of \(length) bytes") }
        let end = start + WorkerFrame.headerSize + length
        guard buffer.count > end else { return nil }
        guard buffer[end] == UInt8(ascii: "\n") else { throw Self.violation("a frame without its end") }
        let frame = WorkerFrame(
            kind: kind,
            task: UInt64(littleEndian: load(at: start + 5)),
            payload: Data(buffer[(start + WorkerFrame.headerSize)..<end])
        )
        start = end + 1
        return frame
    }

    private func load<Number: FixedWidthInteger>(at offset: Int) -> Number {
        buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
    }

    private static func violation(_ what: String) -> TaskerError {
        TaskerError(
            .protocolViolation,
            "The worker sent \(what); does something in it write to the descriptor of the connection?"
        )
    }
}

/// A payload of a name and data: two bytes for the name's length, the name, the data.
struct NamedPayload {
    let name: String
    let data: Data

    func encoded() throws(TaskerError) -> Data {
        guard let length = UInt16(exactly: name.utf8.count) else {
            throw TaskerError(.encodingFailed, "A name of \(name.utf8.count) bytes is longer than the 65535 that fit.")
        }
        var payload = Data([UInt8(truncatingIfNeeded: length), UInt8(length >> 8)])
        payload.append(contentsOf: name.utf8)
        payload.append(data)
        return payload
    }

    init(name: String, data: Data) {
        self.name = name
        self.data = data
    }

    init?(decoding payload: Data) {
        guard payload.count >= 2 else { return nil }
        let bytes = [UInt8](payload.prefix(2))
        let length = Int(bytes[0]) | Int(bytes[1]) << 8
        guard payload.count >= 2 + length else { return nil }
        name = String(decoding: payload.dropFirst(2).prefix(length), as: UTF8.self)
        data = Data(payload.dropFirst(2 + length))
    }
}

/// A payload of a number and perhaps a text: the bits of the number (8 bytes, little endian), the text.
struct NumberPayload {
    let number: Double
    var text: String?

    func encoded() -> Data {
        var payload = withUnsafeBytes(of: number.bitPattern.littleEndian) { Data($0) }
        payload.append(contentsOf: (text ?? "").utf8)
        return payload
    }

    init(number: Double, text: String? = nil) {
        self.number = number
        self.text = text
    }

    init?(decoding payload: Data) {
        guard payload.count >= 8 else { return nil }
        number = Double(bitPattern: payload.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        text = payload.count == 8 ? nil : String(decoding: payload.dropFirst(8), as: UTF8.self)
    }
}
