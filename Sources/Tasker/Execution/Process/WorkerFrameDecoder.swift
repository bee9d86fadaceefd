import FoundationEssentials

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
        let runAndCount = UInt64(littleEndian: load(at: start + 5))
        let frame = WorkerFrame(
            kind: kind,
            run: runAndCount & WorkerFrame.runMask,
            bufferCount: UInt8(runAndCount >> 56),
            payload: Data(buffer[(start + WorkerFrame.headerSize)..<end])
        )
        start = end + 1
        // A large frame is not kept until the next one comes, which may be never.
        if start == buffer.count, start > 64 << 10 { (buffer, start) = ([], 0) }
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
